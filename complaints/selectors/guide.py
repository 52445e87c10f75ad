"""What the emergency guide knows of one borrower and one outage: facts, and how each way stands."""

import datetime as dt
from dataclasses import dataclass
from itertools import groupby

from django.db.models import F
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from complaints import guide
from complaints.guide import Shown, Tier
from complaints.models import Complaint, Incident, LenderNotice
from complaints.selectors import (
    cases,
    compensation,
    extensions,
    impacts,
    lender_notices,
    letters,
)
from complaints.states.cases import COMPLAINT_OPEN
from complaints.states.extensions import EXTENSION_GRANTED, ExtensionState
from complaints.states.incidents import FAILING, INCIDENT_OPEN, IncidentKind
from complaints.states.letters import LetterState
from creditquery.models import CreditQuery
from creditquery.states import QueryState
from reviews.selectors import borrower
from reviews.words import TONES

WAITS = frozenset({QueryState.QUEUED, QueryState.PARKED, QueryState.SENDING, QueryState.AMBIGUOUS})
BUREAU = "bureau"
"""The component that a query waits for."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How far one way has been gone; `tone` colours the tag: good when it is done."""

    words: str | Promise
    tone: str = ""
    at: dt.datetime | None = None
    number: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    line: Shown
    standing: Standing | None


@dataclass(frozen=True, slots=True)
class Guide:
    """`query` is None for somebody who could not log in, or has no query. `incident` is None while
    a query waits and nobody has found an outage yet: what helps anyway is shown at once."""

    person: User
    incident: Incident | None
    query: CreditQuery | None
    steps: list[Step]
    facts: dict[str, str]

    def seconds(self, now: dt.datetime) -> int:
        """From the beginning of the outage to its end, or to now."""
        if self.incident is None:
            return 0
        return int(((self.incident.ended_at or now) - self.incident.began_at).total_seconds())

    @property
    def tiers(self) -> list[tuple[Promise, list[Step]]]:
        grouped = groupby(self.steps, key=lambda step: step.line.tier)
        return [(guide.TIERS[Tier(tier)], list(steps)) for tier, steps in grouped]


# --- Which outage ---------------------------------------------------------------------------


def incidents(person: User) -> list[Incident]:
    """Those that touched this borrower, the newest first."""
    return list({impact.incident: None for impact in impacts.of_person(person)})


def incident_of(query: CreditQuery) -> Incident | None:
    """What touched this query; else what it waits for at this moment, which is computed soon."""
    impact = lender_notices.impact_of(query)
    if impact is not None:
        return impact.incident
    return going_on() if query.state in WAITS else None


def going_on() -> Incident | None:
    """The open outage of the way to the bureau, if there is one."""
    return (
        Incident.objects.filter(
            kind=IncidentKind.OUTAGE,
            state__in=INCIDENT_OPEN,
            windows__component__key=BUREAU,
            windows__status__in=FAILING,
            windows__ends_at=None,
            windows__revision=F("revision"),
        )
        .order_by("-began_at")
        .first()
    )


# --- The guide ------------------------------------------------------------------------------


def of_query(query: CreditQuery) -> Guide | None:
    """None when no outage has anything to do with this query."""
    incident = incident_of(query)
    if incident is None and query.state not in WAITS:
        return None
    return _guide(query.person, incident, query)


def of_person(person: User, incident: Incident) -> Guide:
    """Without a query in the address: the newest one of this person that the incident touched."""
    touched = impacts.of_person(person).filter(incident=incident).exclude(query=None)
    found = touched.filter(query__person=person).select_related("query__loan__institution").first()
    return _guide(person, incident, found.query if found else None)


def _guide(person: User, incident: Incident | None, query: CreditQuery | None) -> Guide:
    facts: dict[str, str] = {}
    stands: dict[str, Standing] = {}
    if query is not None:
        facts[guide.QUERY] = query.request_no
        review = _review(query)
        facts |= review.facts
        if review.standing is not None:
            stands[review.key] = review.standing
    if incident is not None:
        facts[guide.INCIDENT] = incident.number
        for find in (_notice, _letter, _extension, _complaint, _compensation):
            found = find(person, incident, query)
            facts |= found.facts
            if found.standing is not None:
                stands[found.key] = found.standing
    steps = [Step(line, stands.get(line.key)) for line in guide.shown(facts)]
    return Guide(person, incident, query, steps, facts)


@dataclass(frozen=True, slots=True)
class _Found:
    key: str
    facts: dict[str, str]
    standing: Standing | None = None


def _notice(_person: User, incident: Incident, query: CreditQuery | None) -> _Found:
    """The lender is told of a query that the computation has found touched, and of no other."""
    if query is None or lender_notices.impact_of(query) is None:
        return _Found("tell-lender", {})
    facts = {guide.TELLABLE: "yes"}
    notice = LenderNotice.objects.filter(query=query, incident=incident).first()
    if notice is None:
        return _Found("tell-lender", facts)
    if notice.read_at:
        return _Found("tell-lender", facts, Standing(_("Read"), "good", notice.read_at))
    return _Found("tell-lender", facts, Standing(_("Sent"), "good", notice.sent_at))


def _letter(person: User, incident: Incident, query: CreditQuery | None) -> _Found:
    valid = letters.of_person(person).filter(incident=incident, state=LetterState.ISSUED)
    found = valid.filter(query=query).first() or (valid.first() if query is None else None)
    if found is None:
        return _Found("letter", {})
    standing = Standing(found.get_state_display(), "good", found.issued_at, found.number)
    return _Found("letter", {guide.LETTER: found.serial}, standing)


def _extension(_person: User, incident: Incident, query: CreditQuery | None) -> _Found:
    if query is None:
        return _Found("extension", {})
    asked = extensions.of_loan(query.loan).filter(incident=incident, person=query.person).first()
    if asked is None or asked.state == ExtensionState.WITHDRAWN:
        return _Found("extension", {})
    tone = "good" if asked.state in EXTENSION_GRANTED else ""
    if asked.state == ExtensionState.REFUSED:
        tone = "bad"
    at = asked.decided_at or asked.asked_at
    standing = Standing(asked.get_state_display(), tone, at, asked.number)
    return _Found("extension", {guide.EXTENSION: str(asked.pk)}, standing)


def _review(query: CreditQuery) -> _Found:
    task = borrower.newest(query)
    if task is None:
        return _Found("review", {guide.REVIEW: "yes"} if borrower.is_offered(query) else {})
    tone = TONES.get(task.state, "")
    standing = Standing(task.get_state_display(), tone, task.submitted_at, task.number or "")
    return _Found("review", {guide.REVIEW: "yes"}, standing)


def _complaint(person: User, incident: Incident, _query: CreditQuery | None) -> _Found:
    filed: Complaint | None = cases.of_person(person).filter(incident=incident).first()
    if filed is None or not filed.number:
        return _Found("complaint", {})
    tone = "" if filed.state in COMPLAINT_OPEN else "good"
    standing = Standing(filed.get_state_display(), tone, filed.received_at, filed.number)
    return _Found("complaint", {guide.COMPLAINT: filed.number}, standing)


def _compensation(person: User, incident: Incident, _query: CreditQuery | None) -> _Found:
    for row in compensation.of_person(person):
        if incident.pk in row.outage:
            at = row.settled_at or row.offered_at
            standing = Standing(row.get_state_display(), "", at, row.number)
            return _Found("compensation", {guide.COMPENSATION: row.number}, standing)
    return _Found("compensation", {})
