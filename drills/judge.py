"""What came of a drill with many queries, told by the bureau's own list and by the portal's rows.

lost: accepted queries that have neither a report nor a person who looks at them.
doubled: inquiries at the bureau beyond one for each query, or under a number that we never gave;
and messages of one kind that were written, or reached a phone, more than once for one query.
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping

from django.db.models import Count, Exists, OuterRef, QuerySet

from accounts.models import Delivery
from creditquery.models import Attempt, CreditQuery
from creditquery.services import queries
from creditquery.states import AttemptState, QueryState
from drills.harness import Figure
from drills.observer import percentile
from drills.stage import Stage
from portal.routing.models import RouteTransition
from portal.routing.states import RouteState
from portal.work.models import Work, WorkEvent
from portal.work.states import WorkState

PHONES = 2000
"""So many phones are looked at for a message that came twice."""
OPEN, CLOSED = RouteState.OPEN, RouteState.CLOSED


def accepted() -> QuerySet[CreditQuery]:
    return CreditQuery.objects.exclude(state=QueryState.CREATED)


def lost() -> int:
    reported = accepted().filter(report__isnull=False).count()
    return accepted().count() - reported - with_a_person().filter(report=None).count()


def with_a_person() -> QuerySet[CreditQuery]:
    return CreditQuery.objects.filter(state=QueryState.NEEDS_PERSON)


def settled() -> bool:
    """Whether every accepted query has its report or its person."""
    return lost() == 0


# --- Doubled --------------------------------------------------------------------------------


def doubled(inquiries: Iterable[Mapping[str, str]]) -> Counter[str]:
    """How often something was done more than once, by what it was."""
    times = Counter(inquiry["request_no"] for inquiry in inquiries)
    ours = set(accepted().values_list("request_no", flat=True))
    written = Delivery.objects.filter(challenge=None).values("user", "kind")
    return Counter(
        inquiries=sum(count - 1 for count in times.values()),
        strangers=sum(number not in ours for number in times),
        messages=sum(
            row["times"] - 1 for row in written.annotate(times=Count("id")).filter(times__gt=1)
        ),
    )


def messages_twice(stage: Stage) -> int:
    """Texts that reached a phone more than once; each person here has one query."""
    told = Delivery.objects.filter(challenge=None).order_by("-created_at")
    phones = {row.address for row in told.select_related("user")[:PHONES]}
    twice = 0
    for phone in phones:
        arrived = stage.ask(f"/phone/{phone}/messages.json") or []
        texts = Counter(message["text"] for message in arrived if not message["code"])
        twice += sum(count - 1 for count in texts.values())
    return twice


# --- The blind channel ----------------------------------------------------------------------


def blind(channel: str) -> dict[str, Figure]:
    """On a channel that cannot be asked: each unknown is with a person, and none was sent again."""
    calls = Attempt.objects.filter(kind=Attempt.Kind.INQUIRE)
    unknown = calls.filter(channel=channel, state=AttemptState.UNKNOWN)
    resent = unknown.filter(Exists(calls.filter(query=OuterRef("query"), pk__gt=OuterRef("pk"))))
    elsewhere = with_a_person().exclude(pk__in=unknown.values("query"))
    astray = CreditQuery.objects.filter(pk__in=unknown.values("query")).exclude(
        state=QueryState.NEEDS_PERSON
    )
    return {
        f"unknown_on_{channel}": Figure(unknown.count(), "queries"),
        f"unknown_on_{channel}_without_person": none_of(astray.count(), "queries"),
        f"sent_again_on_{channel}": none_of(resent.count(), "queries"),
        "to_a_person_elsewhere": none_of(elsewhere.count(), "queries"),
    }


# --- The breaker and the work ---------------------------------------------------------------


def opened(route: str, *, after: dt.datetime) -> dt.datetime | None:
    """When a route in use was first cut off after a moment; None when it never was."""
    cut = RouteTransition.objects.filter(
        route=route, host="", from_state=CLOSED, to_state=OPEN, at__gte=after
    )
    return cut.order_by("at").values_list("at", flat=True).first()


def detection(name: str, route: str, began: dt.datetime, goal: float) -> dict[str, Figure]:
    """Seconds until a route that failed was cut off."""
    moment = opened(route, after=began)
    if moment is None:
        return {name: Figure(-1, "s", goal, ok=False)}
    seconds = round((moment - began).total_seconds(), 1)
    return {name: Figure(seconds, "s", goal, seconds <= goal)}


def work() -> dict[str, Figure]:
    ours = Work.objects.filter(kind=queries.RUN)
    # Whatever is with a person stays open until that person ends it.
    undone = ours.exclude(state=WorkState.DONE).exclude(
        subject__in=with_a_person().values("request_no")
    )
    expired = WorkEvent.objects.filter(work__kind=queries.RUN, reason="the lease ran out")
    asked = Attempt.objects.filter(kind=Attempt.Kind.ASK)
    return {
        "work_left_open": none_of(undone.count(), "work"),
        "leases_that_ran_out": Figure(expired.count(), "leases"),
        "asked_by_number": Figure(asked.count(), "calls"),
        "routes_cut_off": Figure(
            RouteTransition.objects.filter(to_state=OPEN, host="").count(), "times"
        ),
    }


# --- The drain ------------------------------------------------------------------------------


def fresh_seconds(*, start: dt.datetime, end: dt.datetime) -> float:
    """Signature to report, in seconds, for 95 of 100 that were signed between two moments."""
    signed = CreditQuery.objects.filter(
        consent__signed_at__range=(start, end), report__isnull=False
    ).values_list("consent__signed_at", "report__received_at")
    return round(percentile(((came - begun).total_seconds() for begun, came in signed), 0.95), 1)


def retrips(channel: str, *, after: dt.datetime) -> Figure:
    """How often entrances of a channel were cut off again once they were back in use."""
    moves = RouteTransition.objects.filter(route__startswith=f"{channel}.", host="", at__gte=after)
    back, again = set(), 0
    for route, state in moves.order_by("at", "pk").values_list("route", "to_state"):
        again += state == OPEN and route in back
        if state == CLOSED:
            back.add(route)
    return none_of(again, "times")


def none_of(count: float, unit: str) -> Figure:
    return Figure(count, unit, 0, count == 0)
