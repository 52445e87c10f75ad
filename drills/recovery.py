"""An upstream that comes back: it warms up to so many calls a second, and the backlog is drained.

The share of its capacity is what it was asked to do, by its own list of inquiries, from the moment
that the breaker lets it be used again until nobody is parked.
"""

import datetime as dt
import os
from collections.abc import Iterable, Mapping

from django.utils import timezone

from drills import judge
from drills.harness import Figure
from drills.observer import Observer, Sample
from drills.weather import Weather
from portal.routing.models import RouteTransition
from portal.routing.states import RouteState

SHARE_GOAL = 0.9
FRESH_GOAL_SECONDS = 60.0


class Recovery:
    def __init__(
        self, channel: str, *, per_second: float, warm_seconds: float, warm_from: float
    ) -> None:
        self._channel, self._per_second = channel, per_second
        self._warm_seconds, self._warm_from = warm_seconds, warm_from
        self.began: dt.datetime | None = None

    def begin(self, weather: Weather) -> None:
        """From now on the upstream answers as fast as its capacity lets it."""
        weather.capacity(
            self._channel,
            per_second=self._per_second,
            warm_seconds=self._warm_seconds,
            warm_from=self._warm_from,
        )
        self.began = timezone.now()

    def drained(self, sample: Sample) -> bool:
        """Whether nobody waits but who has just come."""
        return sample.parked == 0 and sample.queued <= self._per_second

    def is_over(self, observer: Observer) -> bool:
        return self._end(observer) is not None

    def figures(
        self, observer: Observer, inquiries: Iterable[Mapping[str, str]]
    ) -> dict[str, Figure]:
        assert self.began is not None
        back, end = self._back(), self._end(observer)
        if back is None or end is None:
            return {"drained": Figure(0, "times", 1, ok=False)}
        times = [dt.datetime.fromisoformat(i["at"]).timestamp() for i in self._of(inquiries)]
        done = sum(back <= at <= end for at in times)
        share = round(done / self._could_do(back, end), 3)
        # Who signed before an entrance was back is of the backlog: then nothing could be done.
        fresh = judge.fresh_seconds(start=_moment(back), end=_moment(end))
        return {
            "drain_share_of_capacity": Figure(share, "", SHARE_GOAL, share >= SHARE_GOAL),
            "drain_seconds": Figure(round(end - back, 1), "s"),
            "noticed_recovery_seconds": Figure(round(back - self.began.timestamp(), 1), "s"),
            "drained": Figure(done, "inquiries"),
            # The share is the upstream's only while the machine has strength to spare.
            "load_average": Figure(round(os.getloadavg()[0], 1), "processes"),
            "retrips_in_drain": judge.retrips(self._channel, after=self.began),
            "fresh_p95_seconds": Figure(fresh, "s", FRESH_GOAL_SECONDS, fresh < FRESH_GOAL_SECONDS),
        }

    def _of(self, inquiries: Iterable[Mapping[str, str]]) -> list[Mapping[str, str]]:
        return [inquiry for inquiry in inquiries if inquiry["channel"] == self._channel]

    def _back(self) -> float | None:
        """When an entrance was first in use again."""
        closed = RouteTransition.objects.filter(
            route__startswith=f"{self._channel}.", to_state=RouteState.CLOSED, at__gte=self.began
        )
        moment = closed.order_by("at").values_list("at", flat=True).first()
        return None if moment is None else moment.timestamp()

    def _end(self, observer: Observer) -> float | None:
        back = self._back()
        found = back and observer.first(self.drained, after=back)
        return found.at if found else None

    def _could_do(self, start: float, end: float) -> float:
        """Calls between two moments, with the capacity growing evenly while it warms up."""
        assert self.began is not None
        steps = 1000
        width = (end - start) / steps
        moments = (start + (step + 0.5) * width - self.began.timestamp() for step in range(steps))
        return sum(width * self._capacity(moment) for moment in moments)

    def _capacity(self, seconds: float) -> float:
        warmth = min(1.0, seconds / self._warm_seconds) if self._warm_seconds else 1.0
        return self._per_second * (self._warm_from + (1 - self._warm_from) * warmth)


def _moment(seconds: float) -> dt.datetime:
    return dt.datetime.fromtimestamp(seconds, tz=dt.UTC)
