"""What must have come of an incident day, found by other ways than the portal's own."""

import datetime as dt
from collections import Counter
from decimal import ROUND_HALF_UP, Decimal

from django.db.models import Count, Max, Min, QuerySet

from accounts.models import Delivery
from accounts.services.deliveries import MANY_PER_SECOND
from accounts.states import DeliveryState
from complaints.models import (
    Compensation,
    DeadlineExtension,
    Incident,
    IncidentImpact,
    IncidentNotice,
    Letter,
)
from creditquery.models import CreditQuery
from creditquery.states import QueryState
from drills.harness import Figure
from drills.judge import none_of
from portal.work.models import Work
from portal.work.states import WorkState

GRACE = dt.timedelta(seconds=60)
"""Of the policy as it is delivered: who waited no longer was not touched."""
# The rule as it is delivered: seconds strictly exceeded, and basis points of a year's interest.
TIERS = ((8 * 3600, 30), (4 * 3600, 20), (2 * 3600, 10))
CAP_FEN = 500_000
DEAD_ENDS = ("withdrawn", "superseded")


def touched(end: dt.datetime) -> set[int]:
    """The people whose query waited longer than the grace before everything was well again."""
    return set(
        _waiting().filter(consent__signed_at__lt=end - GRACE).values_list("person", flat=True)
    )


def sums(people: set[int], seconds: float) -> dict[int, int]:
    """Fen for each of them, with decimals and by hand: amount x rate x share, half a fen up."""
    bp = next((bp for over, bp in TIERS if seconds > over), 0)
    if not bp:
        return {}
    return {
        query.person_id: min(
            CAP_FEN,
            int(
                (
                    Decimal(query.loan.amount_fen)
                    * query.loan.annual_rate_bp
                    / 10_000
                    * bp
                    / 10_000
                ).quantize(Decimal(1), ROUND_HALF_UP)
            ),
        )
        for query in _waiting().select_related("loan")
        if query.person_id in people
    }


def _waiting() -> QuerySet[CreditQuery]:
    """All but those who had left before: what is parked may be fed back meanwhile."""
    return CreditQuery.objects.exclude(state=QueryState.CANCELLED)


# --- After each computation -----------------------------------------------------------------


def found(incident: Incident) -> set[int]:
    standing = IncidentImpact.objects.filter(incident=incident, withdrawn_in=None)
    return set(standing.values_list("person", flat=True))


def with_letter(incident: Incident) -> Counter[int]:
    valid = Letter.objects.filter(incident=incident, state="issued")
    return Counter(valid.values_list("person", flat=True))


def assessed(incident: Incident) -> Counter[tuple[int, int]]:
    """Each living compensation as a person and a sum."""
    living = Compensation.objects.filter(incident=incident).exclude(state__in=DEAD_ENDS)
    return Counter(living.values_list("person", "entitled_fen"))


def wrong(incident: Incident, end: dt.datetime) -> Counter[str]:
    """How many people are missing from, or too many in, each thing that follows."""
    people = touched(end)
    expected = Counter(sums(people, (end - incident.began_at).total_seconds()).items())
    letters, living = with_letter(incident), assessed(incident)
    return Counter(
        impacts=len(people ^ found(incident)),
        letters=len(people ^ set(letters)),
        letters_twice=letters.total() - len(letters),
        sums=(expected - living).total() + (living - expected).total(),
    )


# --- What nobody may have twice -------------------------------------------------------------


def twice(incident: Incident) -> Counter[str]:
    """Told, granted or reckoned more than once. One message of a kind is what a person gets, and
    of letters one for each that was replaced."""
    ours = Delivery.objects.filter(kind__startswith="complaints.")
    return Counter(
        notices=_repeated(IncidentNotice.objects.filter(incident=incident), "person", "kind"),
        extensions=_repeated(
            DeadlineExtension.objects.filter(incident=incident, state="in_force"), "loan"
        ),
        compensations=_repeated(
            Compensation.objects.filter(incident=incident).exclude(state__in=DEAD_ENDS), "person"
        ),
        messages=_repeated(ours, "user", "kind"),
    )


def _repeated(rows: QuerySet, *fields: str) -> int:
    again = rows.values(*fields).annotate(times=Count("pk")).filter(times__gt=1).order_by()
    return sum(row["times"] - 1 for row in again)


# --- Messages -------------------------------------------------------------------------------


def untold(incident: Incident, people: set[int]) -> int:
    """Of those: who has no notice with a message."""
    told = set(
        IncidentNotice.objects.filter(incident=incident, kind="over").values_list(
            "person", flat=True
        )
    )
    written = set(
        Delivery.objects.filter(kind="complaints.incident_over").values_list("user", flat=True)
    )
    return len(people - (told & written))


def waiting_to_be_sent() -> int:
    open_work = Work.objects.filter(kind="accounts.tasks.send_delivery")
    return open_work.exclude(state=WorkState.DONE).count()


def sending() -> dict[str, Figure]:
    ours = Delivery.objects.filter(kind__startswith="complaints.")
    gone = ours.exclude(sent_at=None).aggregate(
        n=Count("pk"), first=Min("sent_at"), last=Max("sent_at")
    )
    span = (gone["last"] - gone["first"]).total_seconds() if gone["n"] else 0
    rate = round(gone["n"] / max(span, 1), 1)
    refused = ours.filter(state=DeliveryState.REFUSED).count()
    return {
        "messages_queued": Figure(ours.count(), "messages"),
        "messages_sent": Figure(gone["n"], "messages"),
        "messages_a_second": Figure(rate, "/s", MANY_PER_SECOND, rate <= MANY_PER_SECOND * 1.1),
        "refused_by_the_vendor": none_of(refused, "messages"),
    }


def dead_work() -> Figure:
    dead = Work.objects.filter(state__in=[WorkState.DEAD, WorkState.FAILED])
    return none_of(dead.count(), "work")
