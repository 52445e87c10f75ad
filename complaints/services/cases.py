"""What a borrower does with a complaint of their own."""

import datetime as dt
import secrets
from typing import Any

from django.db import transaction
from django.utils import translation

from accounts.models import User
from accounts.refusals import Refused
from accounts.services import messages
from complaints.case import clocks as counting
from complaints.case.classification import BUSINESS_OF, REASON_OF, Channel, Topic, Wanted
from complaints.models import (
    Complaint,
    ComplaintMessage,
    Decision,
    Incident,
    Letter,
    Recusal,
)
from complaints.models.cases import Author
from complaints.selectors import cases as selectors
from complaints.selectors import clocks as due
from complaints.services import case_moves as moves
from complaints.services import clocks
from complaints.states.cases import (
    COMPLAINT_OPEN,
    REVIEWABLE,
    ComplaintState,
    DecisionState,
)
from complaints.states.clocks import Basis, ClockKind
from creditquery.models import CreditQuery
from evidence.services import record
from portal.beijing import day_of, midnight_after

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
NUMBER_LENGTH = 6
MOST_A_DAY = 10
"""So many complaints of one person in 24 hours; operator policy against floods, not a right lost:
the service line takes more."""
KEEP_DRAFTS = dt.timedelta(days=30)


def keep_draft(*, person: User, now: dt.datetime, **said: Any) -> Complaint:
    """Keep what was filled in so far, so that it survives closing the page; one draft a person.

    `said`: topic, wanted, text, incident, query, letter.
    """
    topic = said["topic"]
    values = {**said, "reason": REASON_OF[topic], "business": BUSINESS_OF[topic]}
    kept = selectors.draft(person) or Complaint(person=person, created_at=now)
    for name, value in {**values, "changed_at": now}.items():
        setattr(kept, name, value)
    kept.save()
    return kept


def file(
    *,
    person: User,
    reason: str,
    text: str,
    incident: Incident | None = None,
    query: CreditQuery | None = None,
    letter: Letter | None = None,
    wanted: str = Wanted.UNKNOWN,
    channel: str = Channel.PLATFORM,
    code: str = "",
    now: dt.datetime,
) -> Complaint:
    """A complaint in one act; `reason` is a Topic, `code` a Reason where another one than the
    topic's fits better. Raises Refused for too many in a day."""
    made = Complaint(
        person=person,
        topic=reason,
        wanted=wanted,
        channel=channel,
        reason=code or REASON_OF[reason],
        business=BUSINESS_OF[reason],
        text=text,
        incident=incident,
        query=query,
        letter=letter,
        created_at=now,
        changed_at=now,
    )
    with transaction.atomic():
        made.save()
        submit(draft=made, now=now)
    return made


def submit(*, draft: Complaint, now: dt.datetime) -> None:
    """Receive a draft and confirm it at once: number, clocks and message in one transaction.

    Raises Refused for too many in a day, IllegalMove when it was sent already.
    """
    day = now - dt.timedelta(days=1)
    sent = Complaint.objects.filter(person=draft.person_id, received_at__gt=day)
    if sent.count() >= MOST_A_DAY:
        raise Refused("complaint-too-many")
    with transaction.atomic():
        body = {"reason": draft.reason, "channel": draft.channel, "business": draft.business}
        received = {"number": _number(now), "received_at": now}
        moves.complaint(draft, to=ComplaintState.RECEIVED, now=now, body=body, **received)
        _start_clocks(draft, now)
        moves.complaint(draft, to=ComplaintState.ACKNOWLEDGED, now=now)
        _confirm(draft, now)


def answer(*, complaint: Complaint, text: str, now: dt.datetime) -> None:
    """Say something in the thread; the answer to a question sets the investigation going again."""
    if complaint.state not in COMPLAINT_OPEN:
        raise Refused("complaint-over")
    with transaction.atomic():
        say(complaint, text=text, by=complaint.person, side=Author.COMPLAINANT, now=now)
        if complaint.state == ComplaintState.AWAITING:
            moves.complaint(complaint, to=ComplaintState.INVESTIGATING, now=now)
            clocks.resume(complaint, now=now)


def withdraw(*, complaint: Complaint, now: dt.datetime) -> None:
    """The procedure ends today; raises IllegalMove when a decision was sent already."""
    with transaction.atomic():
        moves.complaint(complaint, to=ComplaintState.WITHDRAWN, now=now)
        clocks.stop(complaint, now=now)
        for proposed in complaint.decisions.filter(state=DecisionState.PROPOSED):
            moves.decision(proposed, to=DecisionState.DROPPED, now=now)


def ask_review(*, complaint: Complaint, text: str, now: dt.datetime) -> None:
    """Have it looked at again (核查), by people who had no part in the first decision.

    Raises Refused after the days that the policy gives, and for a second review.
    """
    if complaint.state not in REVIEWABLE or complaint.round > 1:
        raise Refused("complaint-reviewed")
    if now >= review_until(complaint):
        raise Refused("complaint-review-late")
    with transaction.atomic():
        _recuse_first_round(complaint, now)
        values: dict[str, Any] = {"handler": None, "round": complaint.round + 1}
        moves.complaint(complaint, to=ComplaintState.UNDER_REVIEW, now=now, **values)
        clocks.start(
            complaint,
            kind=ClockKind.REVIEW,
            days=counting.REVIEW_DAYS,
            basis=Basis.CALENDAR,
            now=now,
        )
        say(complaint, text=text, by=complaint.person, side=Author.COMPLAINANT, now=now)


def review_until(complaint: Complaint) -> dt.datetime:
    """Until when a review can be asked for, by the policy of the day of the notice."""
    told = day_of(complaint.notified_at or complaint.changed_at)
    days = dt.timedelta(days=due.policy(told).review_window_days)
    return midnight_after(told + days)


def escalate(*, complaint: Complaint, now: dt.datetime) -> None:
    """The borrower says to have gone to the regulator; raises IllegalMove before a decision."""
    with transaction.atomic():
        moves.complaint(complaint, to=ComplaintState.ESCALATED, now=now)
        clocks.stop(complaint, now=now)


def forget_drafts(*, now: dt.datetime) -> int:
    """Delete drafts that nobody went on with; how many."""
    old = Complaint.objects.filter(state=ComplaintState.DRAFT, changed_at__lt=now - KEEP_DRAFTS)
    return old.delete()[0]


def say(
    complaint: Complaint,
    *,
    text: str,
    by: User,
    side: str,
    now: dt.datetime,
    internal: bool = False,
    question: bool = False,
) -> ComplaintMessage:
    """Add to the thread; evidence keeps that something was said, and by whom, not what."""
    body = {"by": by.pk, "side": side, "internal": internal, "question": question}
    record(kind="complaints.complaint.said", subject=complaint.number or "", body=body, now=now)
    return ComplaintMessage.objects.create(
        complaint=complaint,
        side=side,
        author=by,
        internal=internal,
        question=question,
        text=text,
        at=now,
    )


def _number(now: dt.datetime) -> str:
    """TS-20261225-7K3M9Q: the day, and letters that nobody counts complaints by."""
    tail = "".join(secrets.choice(CROCKFORD) for _place in range(NUMBER_LENGTH))
    return f"TS-{day_of(now):%Y%m%d}-{tail}"


def _start_clocks(complaint: Complaint, now: dt.datetime) -> None:
    by_law = {ClockKind.DECISION: counting.SIMPLE_DAYS}
    if complaint.topic == Topic.REPORT:
        by_law[ClockKind.OBJECTION] = counting.OBJECTION_DAYS
    for kind, days in by_law.items():
        clocks.start(complaint, kind=kind, days=days, basis=Basis.CALENDAR, now=now)
    policy = due.policy(day_of(now))
    clocks.start(
        complaint,
        kind=ClockKind.SERVICE,
        days=policy.service_days,
        basis=Basis.WORKING,
        policy=policy.version,
        now=now,
    )


def _confirm(complaint: Complaint, now: dt.datetime) -> None:
    """Number, and each clock in words, in the language of the person."""
    with translation.override(complaint.person.language):
        running = due.of_complaint(complaint)
        told = [
            {"title": clock.get_kind_display(), "words": " ".join(clock.words)} for clock in running
        ]
    decided = due.deciding(complaint)
    context = {
        "no": complaint.number,
        "day": decided.due.isoformat() if decided else "",
        "clocks": told,
    }
    messages.send(
        user=complaint.person, kind="complaints.complaint_received", context=context, now=now
    )


def _recuse_first_round(complaint: Complaint, now: dt.datetime) -> None:
    """Whoever handled, proposed or approved the first decision is out of the second."""
    first = Decision.objects.filter(complaint=complaint, round=complaint.round)
    people = {complaint.handler_id}
    for pair in first.values_list("proposed_by", "decided_by"):
        people |= set(pair)
    rows = [
        Recusal(complaint=complaint, officer_id=officer, why="", at=now)
        for officer in sorted(person for person in people if person is not None)
    ]
    Recusal.objects.bulk_create(rows, ignore_conflicts=True)
