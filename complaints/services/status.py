"""Publishing the status page: what the board says now, as files."""

import datetime as dt
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.templatetags.static import static

from complaints import status_copy, status_pages
from complaints.selectors import status
from complaints.status_board import Board
from complaints.status_pages import Page
from portal.work import services as work
from portal.work.states import Lane

PUBLISH = "complaints.tasks.status.publish"
LOOKS = ("portal/portal.css", "portal/mark.svg")
"""What the pages name beside themselves; the web has these, but the proxy may be left alone."""
EDITIONS = "editions.json"
"""Which edition of each incident's page stands in the folder, so that only new ones are written."""


def changed(*, now: dt.datetime) -> None:
    """Publish at once, in the caller's transaction, and not only with the next round."""
    work.add(kind=PUBLISH, subject=now.isoformat(), lane=Lane.UPKEEP, now=now)


def publish(*, now: dt.datetime) -> int:
    """Write everything that is public on this host; returns how many addresses were written.

    Repeated, it writes the same again: any number of hosts and processes may do it at once.
    """
    _keep_looks()
    board = status.read_board(now=now)
    pages = [*_events(board), *status_pages.front(board), *status_pages.feeds(board)]
    for page in (*pages, status_pages.as_json(board)):  # whose age is the age of all of it
        status_copy.write(page.address, page.content, stale=page.stale)
    return len(pages) + 1


def _events(board: Board) -> Iterator[Page]:
    """The pages of those incidents about which something is said that was not said before."""
    kept = settings.PUBLIC / EDITIONS
    try:
        known = json.loads(kept.read_text())
    except (FileNotFoundError, ValueError):
        known = {}
    style = static("portal/portal.css")  # another release names other files
    present = {
        event.number: hashlib.sha256(f"{style}{event!r}".encode()).hexdigest()
        for event in board.events
    }
    for event in board.events:
        if event.is_open or present[event.number] != known.get(event.number):
            yield from status_pages.event(board, event)
    if present != known:
        status_copy.replace(kept, json.dumps(present).encode())


def _keep_looks() -> None:
    """Static files of this release, under the hashed names that its pages use."""
    for name in LOOKS:
        place, source = settings.PUBLIC / static(name).lstrip("/"), finders.find(name)
        if source and not place.exists():
            status_copy.replace(place, Path(source).read_bytes())
