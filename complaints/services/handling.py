"""What members of staff do with a complaint: handle it, propose a decision, approve another's.

Whoever is biased is refused here, whatever page was open: recusal (回避) is not a matter of links.
"""

import datetime as dt
from collections.abc import Sequence

from django.db import transaction

from accounts.models import User
from accounts.refusals import Refused
from accounts.services import messages
from complaints.case import clocks as counting
from complaints.models import ClockExtension, Complaint, Decision, Recusal
from complaints.models.cases import Author
from complaints.selectors import cases as selectors
from complaints.selectors import clocks as due
from complaints.services import case_moves as moves
from complaints.services import clocks
from complaints.services.cases import say
from complaints.states.cases import (
    COMPLAINT_OPEN,
    COMPLAINT_TRANSITIONS,
    ComplaintState,
    DecisionState,
)
from complaints.states.clocks import Basis, ClockKind, ClockState
from evidence.services import move_many, record
from portal.beijing import day_of
from portal.work import services as work
from portal.work.states import Lane

NOTIFY = "complaints.tasks.cases.notify"
OWED_BEFORE_DECIDING = frozenset({ClockKind.DECISION, ClockKind.REVIEW, ClockKind.SERVICE})
OWED_UNTIL_TOLD = frozenset({ClockKind.NOTICE, ClockKind.OBJECTION})
BATCH = 500


# --- Who handles it -------------------------------------------------------------------------


def claim(*, complaint: Complaint, by: User, now: dt.datetime) -> None:
    """Take it on; of several who press at once one gets it, the others are Refused."""
    _unbiased(complaint, by)
    free = Complaint.objects.filter(
        pk=complaint.pk, handler=None, state__in=COMPLAINT_OPEN, round=complaint.round
    )
    with transaction.atomic():
        if free.update(handler=by, changed_at=now) == 0:
            raise Refused("complaint-taken")
        complaint.handler = by
        _record("claimed", complaint, by, now)
        _take_up(complaint, now)


def assign(*, complaint: Complaint, officer: User, by: User, now: dt.datetime) -> None:
    """Give it to somebody, who must be allowed to handle it and not be biased."""
    _unbiased(complaint, by)
    _unbiased(complaint, officer)
    if not officer.has_perm("complaints.handle_complaint"):
        raise Refused("complaint-not-yours")
    _open(complaint)
    with transaction.atomic():
        Complaint.objects.filter(pk=complaint.pk).update(handler=officer, changed_at=now)
        complaint.handler = officer
        _record("assigned", complaint, by, now, to=officer.pk)
        _take_up(complaint, now)


def recuse(*, complaint: Complaint, by: User, why: str, now: dt.datetime) -> None:
    """Declare a conflict: whoever does neither sees nor handles the complaint any more."""
    with transaction.atomic():
        Recusal.objects.get_or_create(
            complaint=complaint, officer=by, defaults={"why": why, "at": now}
        )
        _free(complaint, by)
        _record("recused", complaint, by, now)


def name_officer(*, complaint: Complaint, officer: User, by: User, now: dt.datetime) -> None:
    """Say which member of staff it is about: from now on it does not exist for them."""
    _unbiased(complaint, by)
    with transaction.atomic():
        _free(complaint, officer)
        Complaint.objects.filter(pk=complaint.pk).update(about_officer=officer, changed_at=now)
        complaint.about_officer = officer
        _record("named_officer", complaint, by, now, officer=officer.pk)


# --- Looking into it ------------------------------------------------------------------------


def accept(*, complaint: Complaint, by: User, now: dt.datetime) -> None:
    """It is ours to deal with: accepted, and the investigation begins."""
    _mine(complaint, by)
    with transaction.atomic():
        moves.complaint(complaint, to=ComplaintState.ACCEPTED, now=now, body={"by": by.pk})
        moves.complaint(complaint, to=ComplaintState.INVESTIGATING, now=now)


def refuse(*, complaint: Complaint, by: User, text: str, now: dt.datetime) -> None:
    """It is not ours to deal with; `text` tells the borrower why, and who is responsible.

    One person decides it, so the borrower can have it reviewed by another.
    """
    _unbiased(complaint, by)
    with transaction.atomic():
        values = {"handler": by, "notified_at": now}
        body = {"by": by.pk}
        moves.complaint(complaint, to=ComplaintState.NOT_ACCEPTED, now=now, body=body, **values)
        say(complaint, text=text, by=by, side=Author.OFFICER, now=now)
        clocks.end(complaint, kinds_done=OWED_BEFORE_DECIDING | OWED_UNTIL_TOLD, now=now)
        _tell(complaint, "complaint_decided", now)


def ask(*, complaint: Complaint, by: User, text: str, now: dt.datetime) -> None:
    """Put a question to the borrower; only our own promise waits for the answer."""
    _mine(complaint, by)
    with transaction.atomic():
        moves.complaint(complaint, to=ComplaintState.AWAITING, now=now, body={"by": by.pk})
        say(complaint, text=text, by=by, side=Author.OFFICER, question=True, now=now)
        clocks.pause(complaint, now=now)
        _tell(complaint, "complaint_question", now)


def note(*, complaint: Complaint, by: User, text: str, visible: bool, now: dt.datetime) -> None:
    """A note for the file, or a word to the borrower, who is told that there is one."""
    _mine(complaint, by)
    _open(complaint)
    with transaction.atomic():
        say(complaint, text=text, by=by, side=Author.OFFICER, internal=not visible, now=now)
        if visible:
            _tell(complaint, "complaint_news", now)


def recode(
    *, complaint: Complaint, by: User, channel: str, business: str, reason: str, now: dt.datetime
) -> None:
    """Correct the axes of JR/T 0169-2018."""
    _mine(complaint, by)
    values = {"channel": channel, "business": business, "reason": reason}
    with transaction.atomic():
        Complaint.objects.filter(pk=complaint.pk).update(**values, changed_at=now)
        _record("recoded", complaint, by, now, **values)


def make_complex(*, complaint: Complaint, by: User, text: str, now: dt.datetime) -> None:
    """30 days in place of 15, told to the borrower with the reason; once, and in time."""
    _mine(complaint, by)
    clock = due.deciding(complaint)
    if clock is None or clock.state != ClockState.RUNNING or now >= clock.due_at:
        raise Refused("complaint-clock-over")
    if complaint.is_complex or clock.days != counting.SIMPLE_DAYS:
        raise Refused("complaint-not-extendable")
    with transaction.atomic():
        Complaint.objects.filter(pk=complaint.pk).update(is_complex=True, changed_at=now)
        complaint.is_complex = True
        clocks.lengthen(clock, days=counting.COMPLEX_DAYS, now=now)
        say(complaint, text=text, by=by, side=Author.OFFICER, now=now)
        _tell(complaint, "complaint_news", now)


def propose_extension(
    *, complaint: Complaint, by: User, text: str, now: dt.datetime
) -> ClockExtension:
    _mine(complaint, by)
    return clocks.propose_extension(complaint=complaint, by=by, reason=text, now=now)


def decide_extension(*, complaint: Complaint, by: User, approve: bool, now: dt.datetime) -> None:
    """Raises Refused when none waits, or the one who proposed it decides."""
    _unbiased(complaint, by)
    pending = due.pending_extension(complaint)
    if pending is None:
        raise Refused("complaint-moved-on")
    clocks.decide_extension(extension=pending, by=by, approve=approve, now=now)


# --- Deciding it ----------------------------------------------------------------------------


def propose(
    *,
    complaint: Complaint,
    by: User,
    outcome: str,
    relief: Sequence[str],
    reasons: str,
    root_cause: str,
    now: dt.datetime,
) -> Decision:
    """What the handler would decide; it counts only when somebody else approves it."""
    _mine(complaint, by)
    with transaction.atomic():
        body = {"by": by.pk, "outcome": outcome, "relief": list(relief)}
        clocks.resume(complaint, now=now)
        moves.complaint(complaint, to=ComplaintState.PROPOSED, now=now, body=body)
        return Decision.objects.create(
            complaint=complaint,
            round=complaint.round,
            outcome=outcome,
            relief=list(relief),
            reasons=reasons,
            root_cause=root_cause,
            proposed_by=by,
            proposed_at=now,
        )


def approve(*, complaint: Complaint, by: User, now: dt.datetime) -> None:
    """It is decided. The clock of the decision ends, that of the notice begins."""
    decision = _proposed(complaint, by)
    policy = due.policy(day_of(now))
    with transaction.atomic():
        values = {"decided_by": by, "decided_at": now}
        moves.decision(decision, to=DecisionState.APPROVED, now=now, **values)
        moves.complaint(complaint, to=ComplaintState.APPROVED, now=now, body={"by": by.pk})
        clocks.end(complaint, kinds_done=OWED_BEFORE_DECIDING, now=now)
        clocks.start(
            complaint,
            kind=ClockKind.NOTICE,
            days=policy.notice_days,
            basis=Basis.WORKING,
            policy=policy.version,
            now=now,
        )
        work.add(kind=NOTIFY, subject=complaint.number or "", lane=Lane.UPKEEP, now=now)


def send_back(*, complaint: Complaint, by: User, text: str, now: dt.datetime) -> None:
    """Not like this: the handler goes on, with an internal note that says why."""
    decision = _proposed(complaint, by)
    with transaction.atomic():
        values = {"decided_by": by, "decided_at": now}
        moves.decision(decision, to=DecisionState.RETURNED, now=now, **values)
        moves.complaint(complaint, to=ComplaintState.INVESTIGATING, now=now, body={"by": by.pk})
        say(complaint, text=text, by=by, side=Author.OFFICER, internal=True, now=now)


def notify(*, number: str, now: dt.datetime) -> bool:
    """Send the decision; False when the complaint was withdrawn meanwhile, or it was sent."""
    complaint = Complaint.objects.select_related("person").get(number=number)
    if complaint.state != ComplaintState.APPROVED:
        return False
    with transaction.atomic():
        moves.complaint(complaint, to=ComplaintState.NOTIFIED, now=now, notified_at=now)
        clocks.end(complaint, kinds_done=OWED_UNTIL_TOLD, now=now)
        _tell(complaint, "complaint_decided", now)
    return True


def close_due(*, now: dt.datetime) -> int:
    """Close what was told and not objected to in the days that the policy gives; how many."""
    today = day_of(now)
    window = dt.timedelta(days=due.policy(today).review_window_days + 1)
    told = Complaint.objects.filter(
        state=ComplaintState.NOTIFIED, notified_at__lt=now - window
    ).values_list("pk", "number")
    numbers = {pk: number or "" for pk, number in told[:BATCH]}
    closed = move_many(
        Complaint,
        pks=list(numbers),
        to=ComplaintState.CLOSED,
        table=COMPLAINT_TRANSITIONS,
        now=now,
        subjects=numbers,
        changed_at=now,
    )
    return len(closed)


def note_reading(*, complaint: Complaint, by: User, now: dt.datetime) -> None:
    """Who read what a borrower wrote stands in the log, whatever they do next."""
    _record("read", complaint, by, now)


# --- Who may ---------------------------------------------------------------------------------


def _unbiased(complaint: Complaint, officer: User) -> None:
    if not selectors.visible_to(officer).filter(pk=complaint.pk).exists():
        raise Refused("complaint-recused")


def _mine(complaint: Complaint, by: User) -> None:
    _unbiased(complaint, by)
    if complaint.handler_id != by.pk:
        raise Refused("complaint-not-yours")


def _open(complaint: Complaint) -> None:
    if complaint.state not in COMPLAINT_OPEN:
        raise Refused("complaint-over")


def _proposed(complaint: Complaint, by: User) -> Decision:
    """The decision that waits for approval, by somebody other than its author."""
    _unbiased(complaint, by)
    decision = complaint.decisions.filter(state=DecisionState.PROPOSED).first()
    if decision is None:
        raise Refused("complaint-moved-on")
    if decision.proposed_by_id == by.pk:
        raise Refused("complaint-own-proposal")
    decision.complaint = complaint
    return decision


def _take_up(complaint: Complaint, now: dt.datetime) -> None:
    """A review begins with whoever takes it on."""
    if complaint.state == ComplaintState.UNDER_REVIEW:
        moves.complaint(complaint, to=ComplaintState.INVESTIGATING, now=now)


def _free(complaint: Complaint, officer: User) -> None:
    Complaint.objects.filter(pk=complaint.pk, handler=officer).update(handler=None)
    if complaint.handler_id == officer.pk:
        complaint.handler = None


def _tell(complaint: Complaint, what: str, now: dt.datetime) -> None:
    messages.send(
        user=complaint.person,
        kind=f"complaints.{what}",
        context={"no": complaint.number},
        now=now,
    )


def _record(what: str, complaint: Complaint, by: User, now: dt.datetime, **told: object) -> None:
    body = {"by": by.pk, **told}
    kind = f"complaints.complaint.{what}"
    record(kind=kind, subject=complaint.number or "", body=body, now=now)
