"""The board as pages, feeds and JSON. Nothing here reads a clock, a database or a request."""

import dataclasses
import datetime as dt
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import urljoin

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.feedgenerator import Atom1Feed, Rss201rev2Feed, SyndicationFeed
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from complaints.status.board import DAYS, Board, Event, Part
from portal import charts
from portal.validators import without_controls

LANGUAGES: tuple[Literal["zh-hans", "en"], ...] = ("zh-hans", "en")
FEEDS: dict[str, type[SyndicationFeed]] = {"atom": Atom1Feed, "rss": Rss201rev2Feed}
FEED_ENTRIES = 50


@dataclass(frozen=True, slots=True)
class Address:
    """What base.html asks of a request: where the same page is in the other language."""

    path: str

    def get_full_path(self) -> str:
        return self.path


@dataclass(frozen=True, slots=True)
class Page:
    """One address with its copy, and the one that says that it may be out of date."""

    address: str
    content: str
    stale: str = ""


# --- Pages ----------------------------------------------------------------------------------


def front(board: Board) -> Iterator[Page]:
    """The status page in each language."""
    for language in LANGUAGES:
        with translation.override(language):
            history = [(part, _chart(part)) for part in board.parts]
            yield _page("complaints/status.html", board, history=history)


def event(board: Board, shown: Event) -> Iterator[Page]:
    """The page of one incident in each language."""
    for language in LANGUAGES:
        with translation.override(language):
            yield _page("complaints/status_event.html", board, number=shown.number, event=shown)


def unknown(*, language: str, published: bool) -> str:
    """What is said while there is no copy: of the whole page, or of one incident."""
    with translation.override(language):
        context = {"support_phone": settings.SUPPORT_PHONE, "published": published}
        return render_to_string("complaints/status_unknown.html", context)


def _page(template: str, board: Board, *, number: str = "", **context: Any) -> Page:
    kwargs = {"number": number} if number else None
    address = reverse("complaints:status-event" if number else "complaints:status", kwargs=kwargs)
    context |= {
        "board": board,
        "support_phone": settings.SUPPORT_PHONE,
        "request": Address(address),
        "days": DAYS,
    }
    fresh, stale = (
        render_to_string(template, {**context, "stale": stale}) for stale in (False, True)
    )
    return Page(address, fresh, stale)


def _chart(part: Part) -> charts.Chart:
    """Minutes down on each day; the table leaves out the days without any, and says so."""
    days = part.days()
    chart = charts.bars(
        key=f"down-{part.key}",
        title=_("Minutes down a day: %(part)s") % {"part": part.name},
        labels=[f"{day:%m-%d}" for day, _minutes in days],
        series=[charts.Series(_("Minutes down"), [minutes for _day, minutes in days], "bad")],
    )
    rows = [[f"{day:%Y-%m-%d}", charts.number(minutes)] for day, minutes in days if minutes]
    rows.reverse()
    return dataclasses.replace(chart, rows=[*rows, [_("every other day"), "0"]])


# --- Feeds ----------------------------------------------------------------------------------


def feeds(board: Board) -> Iterator[Page]:
    """Atom and RSS in each language: one entry an update, the newest first."""
    for language in LANGUAGES:
        for name, kind in FEEDS.items():
            with translation.override(language):
                address = reverse(f"complaints:status-{name}")
                yield Page(address, _feed(board, kind, address).writeString("utf-8"))


def _feed(board: Board, kind: type[SyndicationFeed], address: str) -> SyndicationFeed:
    feed = kind(
        title=_("Service status of Credit Portal"),
        link=_whole(reverse("complaints:status")),
        description=_("Incidents and planned maintenance, as they are announced."),
        language=translation.get_language(),
        feed_url=_whole(address),
    )
    told = sorted(
        ((word, event) for event in board.events for word in event.words),
        key=lambda pair: pair[0].at,
        reverse=True,
    )
    for word, event in told[:FEED_ENTRIES]:
        link = _whole(reverse("complaints:status-event", kwargs={"number": event.number}))
        feed.add_item(
            title=without_controls(
                _("%(state)s: %(title)s") % {"state": word.state.label, "title": event.title}
            ),
            link=link,
            description=without_controls(word.text),
            unique_id=f"{link}#{word.anchor}",
            unique_id_is_permalink=False,
            pubdate=word.at,
            updateddate=word.at,
        )
    return feed


def _whole(path: str) -> str:
    return urljoin(settings.SITE_URL, path)


# --- JSON -----------------------------------------------------------------------------------


def as_json(board: Board) -> Page:
    """Both languages in one: the words of Statuspage, times in RFC 3339, minutes down by day."""
    content = {
        "page": {
            "name": {"zh": "征信直通", "en": "Credit Portal"},
            "url": _whole("/status/"),
            "time_zone": settings.TIME_ZONE,
            "updated_at": _moment(board.at),
        },
        "status": {"indicator": board.indicator},
        "components": [_part(part) for part in board.parts],
        "incidents": [_event(event) for event in board.open],
        "scheduled_maintenances": [_event(event) for event in board.planned],
        "past": [_event(event) for event in board.past],
    }
    return Page("/status.json", json.dumps(content, ensure_ascii=False, indent=1) + "\n")


def _part(part: Part) -> dict[str, object]:
    return {
        "key": part.key,
        "name": {"zh": part.name_zh, "en": part.name_en},
        "status": part.status.value,
        "since": _moment(part.since),
        "uptime_percent": part.uptime,
        "minutes_down": part.minutes_down,
        "days": {f"{day:%Y-%m-%d}": minutes for day, minutes in part.days() if minutes},
        "days_from": f"{part.first_day:%Y-%m-%d}",
    }


def _event(event: Event) -> dict[str, object]:
    return {
        "number": event.number,
        "kind": event.kind.value,
        "status": event.state.value,
        "impact": event.impact.value,
        "name": {"zh": event.title_zh, "en": event.title_en},
        "url": _whole(f"/status/{event.number}/"),
        "started_at": _moment(event.began_at),
        "ended_at": _moment(event.ended_at),
        "components": [key for key, _zh, _en in event.parts],
        "updates": [
            {
                "at": _moment(word.at),
                "status": word.state.value,
                "body": {"zh": word.text_zh, "en": word.text_en},
                "corrects": _moment(word.corrects),
            }
            for word in event.words
        ],
    }


def _moment(at: dt.datetime | None) -> str | None:
    return localtime(at).isoformat(timespec="seconds") if at else None
