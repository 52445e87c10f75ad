"""Publishing the status page: what the board says now, as files."""

import datetime as dt
import hashlib
import json
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.templatetags.static import static

from complaints.selectors import status
from complaints.status import files, pages
from complaints.status.board import Board
from portal.watch import services as watch
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


def publish(*, now: dt.datetime, host: str | None = None) -> int:
    """Write everything that is public on this host; returns how many addresses were written.

    With a `host`, or "" for whichever worker has its turn, it is missed when it stops: the alarm
    "status-stale".

    Repeated, it writes the same again; of several on one host each waits for the one before, so
    that nothing older is written over what is newer.
    """
    with files.alone():
        _keep_looks()
        board = status.read_board(now=now)
        written, present = _written_editions(), _editions(board)
        news = [e for e in board.events if e.is_open or present[e.number] != written.get(e.number)]
        made = [page for event in news for page in pages.event(board, event)]
        made += [*pages.front(board), *pages.feeds(board)]
        made.append(pages.as_json(board))  # whose age is the age of all of it
        for page in made:
            files.write(page.address, page.content, stale=page.stale)
        if present != written:
            files.replace(settings.PUBLIC / EDITIONS, json.dumps(present).encode())
    if host is not None:
        name, detail = f"status:{host}", {"place": host}
        watch.beat(name=name, kind="status", host=host, detail=detail, now=now)
    return len(made)


def _editions(board: Board) -> dict[str, str]:
    style = static(LOOKS[0])  # another release names other files
    return {
        event.number: hashlib.sha256(f"{style}{event!r}".encode()).hexdigest()
        for event in board.events
    }


def _written_editions() -> dict[str, str]:
    try:
        known: dict[str, str] = json.loads((settings.PUBLIC / EDITIONS).read_text())
    except (FileNotFoundError, ValueError):
        return {}
    return known


def _keep_looks() -> None:
    """Static files of this release, under the hashed names that its pages use."""
    for name in LOOKS:
        place, source = settings.PUBLIC / static(name).lstrip("/"), finders.find(name)
        if source and not place.exists():
            files.replace(place, Path(source).read_bytes())
