"""Asking a lender for more time, and its answer: one by one, or all of an outage in one act.

A day that was promised is never taken back. What a corrected incident no longer supports is marked
for the lender to see (docs/adr/0032).
"""

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from typing import Final

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from accounts.models import User
from accounts.refusals import Refused
from accounts.services import messages
from complaints.models import DeadlineExtension, ExtensionBatch, Incident
from complaints.selectors import extensions as selectors
from complaints.services import parts
from complaints.services.extension_moves import extension as move
from complaints.services.extension_moves import extensions as move_many
from complaints.states.extensions import ExtensionState, Refusal
from creditquery.models import Institution, LoanApplication
from creditquery.selectors.lenders import institution_of
from creditquery.services import loans
from evidence.services import record, record_many
from portal.work import services as work
from portal.work.states import Lane
from portal.workdays.selectors import calendar

ACCEPT, REFUSE = "accept", "refuse"
DECIDED: Final = "complaints.extension_decided"
ACCEPT_ALL: Final = "complaints.tasks.extensions.accept_all"
ACCEPT_SOME: Final = "complaints.tasks.extensions.accept_some"
ANSWERED = (
    "loan__reference",
    "loan__decision_deadline",
    "incident",
    "institution",
    "asked_at",
    "days_asked",
    "state",
    *(f"person__{name}" for name in messages.ADDRESSED),
)
"""What an answer to thousands at once takes: the rest of the rows is not read, nor unsealed."""
_E = ExtensionState


# --- The borrower's side --------------------------------------------------------------------


def ask(
    *,
    loan: LoanApplication,
    incident: Incident,
    person: User,
    reason: str,
    now: dt.datetime,
    days: int | None = None,
    by: User | None = None,
) -> DeadlineExtension:
    """Ask the lender of the loan for `days` more working days, by default the policy's.

    `by` is the officer who asks for the borrower. Raises Refused when the incident did not hold
    this loan up, when it has been asked already, when the loan is decided or the cap reached.
    """
    with transaction.atomic():
        # Two requests at once: the second waits here and then finds the first.
        locked = LoanApplication.objects.select_for_update().get(pk=loan.pk, borrower=person)
        rules = selectors.policy(now)
        left = rules.cap_days - selectors.granted([locked.pk]).get(locked.pk, 0)
        wanted = days or min(rules.days, left)
        if not selectors.is_ground(incident, locked):
            raise Refused("extension-not-touched")
        if locked.status not in selectors.DECIDABLE:
            raise Refused("extension-loan-decided")
        if not 0 < wanted <= left:
            raise Refused("extension-cap")
        if locked.decision_deadline > selectors.reach(locked.institution):
            raise Refused("extension-far")
        standing = selectors.of_loan(locked).filter(incident=incident)
        if standing.filter(state__in=selectors.EXTENSION_STANDING).exists():
            raise Refused("extension-asked-already")
        made = _request(locked, incident, rules.version, now)
        made.days_asked, made.reason, made.asked_by = wanted, reason, by or person
        made.answer_by = _answer_by(locked.institution, rules.answer_days, now)
        made.save()
        _record_asked([made], now)
    return made


def ask_many(
    *,
    incident: Incident,
    reason: str,
    now: dt.datetime,
    after: int = 0,
    until: int = parts.LAST,
) -> int:
    """Ask in the portal's own name for loans that the incident held up and nobody has asked for,
    by impacts with a key above `after` up to `until`; returns how many."""
    rules = selectors.policy(now)
    with transaction.atomic():
        # Whoever asks for one of them at this moment waits, or has asked: looked at afterwards.
        held = selectors.held_up(incident, after=after, until=until)
        list(held.select_for_update(no_key=True).values_list("pk"))
        unasked = selectors.unasked(incident, after=after, until=until)
        impacts = list(unasked.select_related("loan").prefetch_related("loan__institution"))
        found = [impact.loan for impact in impacts if impact.loan is not None]
        given = selectors.granted([loan.pk for loan in found])
        due = {
            lender: _answer_by(lender, rules.answer_days, now)
            for lender in {loan.institution for loan in found}
        }
        made = []
        for loan in found:
            row = _request(loan, incident, rules.version, now)
            # With nothing left of the cap a single day is asked for, and the lender says no.
            row.days_asked = max(1, min(rules.days, rules.cap_days - given.get(loan.pk, 0)))
            row.reason, row.answer_by = reason, due[loan.institution]
            made.append(row)
        DeadlineExtension.objects.bulk_create(made)
        _record_asked(made, now)
    return len(made)


def withdraw(*, extension: DeadlineExtension, person: User, now: dt.datetime) -> None:
    """The borrower takes the request back; raises evidence.services.IllegalMove once answered."""
    move(extension, to=_E.WITHDRAWN, now=now, body={"by": person.pk})


# --- The lender's side ----------------------------------------------------------------------


def decide(
    *,
    extension: DeadlineExtension,
    by: User,
    decision: str,
    reason: str,
    now: dt.datetime,
    days: int | None = None,
    refusal: str = "",
) -> None:
    """Accept, with more or fewer days than asked for, or refuse; the borrower is told.

    `reason` is what the lender writes to the borrower. Raises Refused for a person who is not of
    that lender or who asked themselves, past the cap, or when it has been answered.
    """
    with transaction.atomic():
        rows = DeadlineExtension.objects.select_for_update(of=["self"])
        row = rows.select_related("loan", "institution", "person").get(pk=extension.pk)
        _may_decide(row, by)
        if row.state != _E.REQUESTED:
            raise Refused("extension-answered")
        if decision == REFUSE:
            _refuse(row, by=by, refusal=Refusal(refusal or Refusal.OTHER), answer=reason, now=now)
        else:
            _accept(row, by=by, days=days or row.days_asked, answer=reason, now=now)
        messages.send(user=row.person, kind=DECIDED, context=context(row), now=now)
    extension.refresh_from_db()


def accept_all(
    *, incident: Incident, institution: Institution, by: User, reason: str, now: dt.datetime
) -> ExtensionBatch:
    """Accept, as durable work, all that this outage has left waiting with the lender until now.

    Raises Refused for a person who is not of that lender, or while another such act is under way.
    """
    if institution_of(by) != institution:
        raise Refused("extension-not-yours")
    wanted = selectors.waiting(institution).filter(incident=incident).count()
    with transaction.atomic():
        Institution.objects.select_for_update().get(pk=institution.pk)
        if selectors.batches(institution).filter(incident=incident).exists():
            raise Refused("extension-batch-running")
        batch = ExtensionBatch.objects.create(
            incident=incident,
            institution=institution,
            by=by,
            reason=reason,
            asked_at=now,
            wanted=wanted,
        )
        body = {"by": by.pk, "institution": institution.code, "wanted": wanted}
        record(kind="complaints.extensionbatch.open", subject=str(batch.pk), body=body, now=now)
        work.add(kind=ACCEPT_ALL, subject=str(batch.pk), lane=Lane.UPKEEP, now=now)
    return batch


def cut(*, batch: ExtensionBatch, now: dt.datetime) -> None:
    """Make the parts of which an act consists, each a piece of work; without any it is over."""
    with transaction.atomic():
        asked = selectors.asked(batch.incident, batch.institution, until=batch.asked_at)
        made = parts.cut(batch.pk, keys=list(asked.order_by("pk").values_list("pk", flat=True)))
        parts.add(kind=ACCEPT_SOME, parts=made, now=now)
        batch.left = len(made)
        batch.save(update_fields=["left"])
        if not made:
            _end(batch, now)


def go_on(*, batch: ExtensionBatch, part: parts.Part, now: dt.datetime) -> None:
    """One part of an act; with the last one it is over. Once whoever began it has left the lender
    nothing more is accepted, and a colleague can begin another."""
    with transaction.atomic():
        accepted = 0
        if institution_of(batch.by) == batch.institution:
            accepted = decide_many(
                incident=batch.incident,
                institution=batch.institution,
                by=batch.by,
                reason=batch.reason,
                asked_until=batch.asked_at,
                after=part.after,
                until=part.until,
                now=now,
            )
        mine = ExtensionBatch.objects.filter(pk=batch.pk)
        mine.update(accepted=F("accepted") + accepted, left=F("left") - 1)
        batch.refresh_from_db(fields=["accepted", "left"])
        if not batch.left:
            _end(batch, now)


def _end(batch: ExtensionBatch, now: dt.datetime) -> None:
    batch.done_at = now
    batch.save(update_fields=["done_at"])
    body = {"accepted": batch.accepted}
    record(kind="complaints.extensionbatch.done", subject=str(batch.pk), body=body, now=now)


def decide_many(
    *,
    incident: Incident,
    institution: Institution,
    by: User,
    reason: str,
    asked_until: dt.datetime,
    now: dt.datetime,
    after: int = 0,
    until: int = parts.LAST,
) -> int:
    """Accept, as they were asked, the requests made until then with a key above `after` up to
    `until`; returns how many.

    Left to a decision of their own: what `by` asked, what exceeds the cap or the calendar, what has
    lost its ground, decided loans.
    """
    if institution_of(by) != institution:
        raise Refused("extension-not-yours")
    cap = selectors.policy(now).cap_days
    reach = selectors.reach(institution)
    with transaction.atomic():
        rows = selectors.asked(incident, institution, until=asked_until).filter(
            ground_lost_at=None,
            loan__status__in=selectors.DECIDABLE,
            pk__gt=after,
            pk__lte=until,
        )
        found = list(
            rows.exclude(Q(asked_by=by) | Q(person=by))
            .select_related("loan", "person")
            .only(*ANSWERED)
            .select_for_update(of=["self"], skip_locked=True)
            .order_by("pk")
        )
        for row in found:
            row.institution = institution
        given = selectors.granted([row.loan_id for row in found])
        days = {
            row.pk: row.days_asked
            for row in found
            if row.days_asked + given.get(row.loan_id, 0) <= cap
            and row.loan.decision_deadline <= reach
        }
        chosen = [row for row in found if row.pk in days]
        done = _grant(chosen, days=days, by=by, answer=reason, now=now)
        told = ((row.person, context(row)) for row in done)
        messages.send_many(rows=told, kind=DECIDED, now=now)
    return len(done)


# --- Parts ----------------------------------------------------------------------------------


def _request(
    loan: LoanApplication, incident: Incident, policy: str, now: dt.datetime
) -> DeadlineExtension:
    return DeadlineExtension(
        loan=loan,
        incident=incident,
        person_id=loan.borrower_id,
        institution=loan.institution,
        asked_at=now,
        policy=policy,
    )


def _answer_by(institution: Institution, days: int, now: dt.datetime) -> dt.date:
    return calendar(institution.code).add(timezone.localtime(now).date(), days).day


def _record_asked(made: Iterable[DeadlineExtension], now: dt.datetime) -> None:
    bodies = {
        row.number: {
            "loan": row.loan_id,
            "incident": row.incident_id,
            "days": row.days_asked,
            "by": row.asked_by_id,
            "policy": row.policy,
        }
        for row in made
    }
    record_many(kind="complaints.deadlineextension.requested", bodies=bodies, now=now)


def _may_decide(row: DeadlineExtension, by: User) -> None:
    """Whoever asked does not answer, whatever their role."""
    if by.pk in (row.asked_by_id, row.person_id):
        raise Refused("extension-own-request")
    if institution_of(by) != row.institution:
        raise Refused("extension-not-yours")


def _refuse(
    row: DeadlineExtension, *, by: User, refusal: Refusal, answer: str, now: dt.datetime
) -> None:
    told = {"by": by.pk, "refusal": refusal.value}
    given = {"decided_by": by, "decided_at": now, "refusal": refusal, "answer": answer}
    move(row, to=_E.REFUSED, now=now, body=told, **given)


def _accept(row: DeadlineExtension, *, by: User, days: int, answer: str, now: dt.datetime) -> None:
    left = selectors.policy(now).cap_days - selectors.granted([row.loan_id]).get(row.loan_id, 0)
    if not 0 < days <= left:
        raise Refused("extension-cap")
    if row.loan.status not in selectors.DECIDABLE:
        raise Refused("extension-loan-decided")
    if row.loan.decision_deadline > selectors.reach(row.institution):
        raise Refused("extension-far")
    _grant([row], days={row.pk: days}, by=by, answer=answer, now=now)


def _grant(
    rows: Sequence[DeadlineExtension],
    *,
    days: dict[int, int],
    by: User,
    answer: str,
    now: dt.datetime,
) -> list[DeadlineExtension]:
    """Approve and put in force; a group of the same days and dates is moved by one statement."""
    groups: dict[tuple[dt.date, int], list[DeadlineExtension]] = {}
    for row in rows:
        begin = selectors.starts(row.loan.decision_deadline, now)
        groups.setdefault((begin, days[row.pk]), []).append(row)
    granted: list[DeadlineExtension] = []
    for (begin, wanted), group in groups.items():
        due = calendar(group[0].institution.code).add(begin, wanted)
        values = {
            "decided_by": by,
            "decided_at": now,
            "answer": answer,
            "days": wanted,
            "counted_from": begin,
            "until": due.day,
            "provisional": due.provisional,
            "calendar": due.version,
        }
        told = {"by": by.pk, "days": wanted, "counted_from": str(begin), "until": str(due.day)}
        told |= {"calendar": due.version, "provisional": due.provisional}
        approved = move_many(group, to=_E.APPROVED, now=now, body=told, **values)
        for row in approved:
            row.state, row.days, row.until = _E.APPROVED, wanted, due.day
        granted += approved
    _put_in_force(granted, now)
    return granted


def _put_in_force(rows: Collection[DeadlineExtension], now: dt.datetime) -> None:
    deadlines = {row.loan_id: row.until for row in rows if row.until is not None}
    loans.extend_many(deadlines=deadlines, now=now)
    move_many(rows, to=_E.IN_FORCE, now=now)
    for row in rows:
        row.state = _E.IN_FORCE


def context(row: DeadlineExtension) -> dict[str, str]:
    """What a message says of it: the end of the loan's reference, and the new deadline if any."""
    return {"no": row.loan.reference[-4:], "until": str(row.until or "")}
