"""The last hour of the routes and of the queue, minute by minute, as charts."""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from typing import Final

from django.utils import timezone
from django.utils.translation import gettext as _

from portal import charts
from portal.charts import Chart, Series
from portal.watch import selectors as watch
from portal.watch.models import RouteMinute
from portal.work.states import Lane

MINUTES: Final = 60
MINUTE: Final = dt.timedelta(minutes=1)
TONES: Final = ("plain", "second", "good", "caution")


def last_hour(now: dt.datetime) -> list[Chart]:
    """Calls, their duration, and the length of the queue. The minute that is not over is left out:
    it would look like a fall."""
    end = now.replace(second=0, microsecond=0)
    minutes = [end - MINUTE * n for n in range(MINUTES, 0, -1)]
    labels = [timezone.localtime(minute).strftime("%H:%M") for minute in minutes]
    rows = [row for row in watch.minutes(since=minutes[0]) if row.minute < end]
    return [
        _calls(rows, minutes, labels),
        _durations(rows, minutes, labels),
        _queue(minutes, labels),
    ]


def _calls(rows: Sequence[RouteMinute], minutes: list[dt.datetime], labels: list[str]) -> Chart:
    answered: dict[dt.datetime, int] = defaultdict(int)
    throttled, failed = answered.copy(), answered.copy()
    for row in rows:
        answered[row.minute] += row.calls - row.failures - row.throttled
        throttled[row.minute] += row.throttled
        failed[row.minute] += row.failures
    return charts.bars(
        key="calls",
        title=_("Calls a minute"),
        labels=labels,
        series=[
            Series(_("failed"), [failed[each] for each in minutes], "bad"),
            Series(_("too many calls"), [throttled[each] for each in minutes], "caution"),
            Series(_("answered"), [answered[each] for each in minutes]),
        ],
    )


def _durations(rows: Sequence[RouteMinute], minutes: list[dt.datetime], labels: list[str]) -> Chart:
    """One line a channel: of its entrances the slowest."""
    slowest: dict[str, dict[dt.datetime, int]] = defaultdict(dict)
    for row in rows:
        if row.calls:
            of_channel = slowest[row.route.partition(".")[0]]
            of_channel[row.minute] = max(row.p95_ms, of_channel.get(row.minute, 0))
    return charts.lines(
        key="durations",
        title=_("95 of 100 calls within so many milliseconds"),
        labels=labels,
        series=[
            Series(channel, [found.get(each) for each in minutes], TONES[n % len(TONES)])
            for n, (channel, found) in enumerate(sorted(slowest.items()))
        ],
    )


def _queue(minutes: list[dt.datetime], labels: list[str]) -> Chart:
    rows = watch.lane_minutes(lane=Lane.UPSTREAM, since=minutes[0])
    ready = {row.minute: row.ready + row.leased for row in rows}
    parked = {row.minute: row.parked for row in rows}
    return charts.lines(
        key="queue",
        title=_("Queries in the queue"),
        labels=labels,
        series=[
            Series(_("ready or running"), [ready.get(each) for each in minutes]),
            Series(_("parked"), [parked.get(each) for each in minutes], "caution"),
        ],
    )
