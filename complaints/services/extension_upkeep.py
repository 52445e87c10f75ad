"""What happens to extensions by themselves: the incident is corrected, a notice of holidays is
loaded, a lender does not answer."""

import datetime as dt
from collections.abc import Sequence
from typing import Final

from django.db import transaction
from django.utils import timezone

from accounts.services import messages
from complaints.models import DeadlineExtension, Incident
from complaints.selectors import extensions as selectors
from complaints.services import extension_letters
from complaints.services.extension_moves import extensions as move_many
from complaints.services.extensions import ask_many, context
from complaints.services.parts import LAST
from complaints.states.extensions import ExtensionState
from creditquery.models import Institution
from creditquery.services import loans
from evidence.services import record_many
from portal.watch import kinds
from portal.watch import services as watch
from portal.watch.models import Severity
from portal.workdays.calendar import Calendar
from portal.workdays.selectors import calendar

LATER: Final = "complaints.extension_later"
BATCH = 1000
SEALED = ("reason", "answer")


# --- The incident ---------------------------------------------------------------------------


def follow(
    *, incident: Incident, reason: str, now: dt.datetime, after: int = 0, until: int = LAST
) -> int:
    """Bring the extensions of an incident up to date with whom it is known to have touched, by
    impacts with a key above `after` up to `until`.

    Marks those whose ground fell away, and unmarks those whose ground came back: lender and
    officers see it, nothing is shortened. Where the policy says so, asks for everybody left.
    Returns how many rows were changed or made.
    """
    with transaction.atomic():
        lost = selectors.groundless(incident, after=after, until=until)
        found = selectors.grounded(incident, after=after, until=until)
        changed = _mark(list(lost.defer(*SEALED)), "ground_lost", now, at=now)
        changed += _mark(list(found.defer(*SEALED)), "ground_found", now, at=None)
        if selectors.policy(now).auto_ask:
            changed += ask_many(incident=incident, reason=reason, now=now, after=after, until=until)
    return changed


def _mark(
    rows: Sequence[DeadlineExtension], what: str, now: dt.datetime, *, at: dt.datetime | None
) -> int:
    DeadlineExtension.objects.filter(pk__in=[row.pk for row in rows]).update(ground_lost_at=at)
    bodies = {row.number: {"incident": row.incident_id} for row in rows}
    record_many(kind=f"complaints.deadlineextension.{what}", bodies=bodies, now=now)
    return len(rows)


# --- The calendar ---------------------------------------------------------------------------


def recompute(*, institution: Institution, now: dt.datetime, limit: int = BATCH) -> int:
    """Count again what was counted with another calendar of this lender; at most `limit`.

    A later day replaces the promised one by a new row, and the borrower is told. The same day or an
    earlier one confirms the promise as it stands. Returns how many were looked at.
    """
    known, today = calendar(institution.code), timezone.localtime(now).date()
    with transaction.atomic():
        rows = list(
            selectors.outdated(institution, known, today)
            .select_related("loan", "person")
            .select_for_update(of=["self"])[:limit]
        )
        later, confirmed = _recount(rows, known)
        _confirm(confirmed, known)
        _replace(later, known, now)
        bodies = {row.number: {"calendar": known.version} for row in confirmed}
        record_many(kind="complaints.deadlineextension.confirmed", bodies=bodies, now=now)
    return len(rows)


def _recount(
    rows: Sequence[DeadlineExtension], known: Calendar
) -> tuple[list[DeadlineExtension], list[DeadlineExtension]]:
    """Those that end later now, as rows that are not stored yet, and those that do not.

    A second extension is counted from where the first one ends, so that it moves along with it.
    """
    moved = _moved_before(rows)
    later, confirmed = [], []
    for row in rows:
        assert row.counted_from is not None and row.until is not None and row.days is not None
        begin = moved.get((row.loan_id, row.counted_from), row.counted_from)
        due = known.add(begin, row.days)
        if due.day > row.until:
            moved[row.loan_id, row.until] = due.day
            later.append(_successor(row, begin, due.day, due.provisional, due.version))
        else:
            confirmed.append(row)
    return later, confirmed


def _moved_before(rows: Sequence[DeadlineExtension]) -> dict[tuple[int, dt.date], dt.date]:
    """Where earlier batches have moved days on which these rows may build."""
    before = DeadlineExtension.objects.filter(
        loan__in={row.loan_id for row in rows},
        state=ExtensionState.IN_FORCE,
        replaces__isnull=False,
    )
    found = before.order_by("pk").values_list("loan_id", "replaces__until", "until")
    return {(loan, was): until for loan, was, until in found if was and until}


def _successor(
    row: DeadlineExtension, begin: dt.date, until: dt.date, provisional: bool, version: str
) -> DeadlineExtension:
    kept = {
        field.attname: getattr(row, field.attname)
        for field in row._meta.concrete_fields
        if not field.primary_key
    }
    found = {"counted_from": begin, "until": until, "provisional": provisional}
    return DeadlineExtension(**kept | found | {"calendar": version, "replaces_id": row.pk})


def _confirm(rows: Sequence[DeadlineExtension], known: Calendar) -> None:
    for row in rows:
        assert row.until is not None
        row.calendar, row.provisional = known.version, row.until > known.official_until
    DeadlineExtension.objects.bulk_update(rows, ["calendar", "provisional"], batch_size=BATCH)


def _replace(made: Sequence[DeadlineExtension], known: Calendar, now: dt.datetime) -> None:
    old = DeadlineExtension.objects.filter(pk__in=[row.replaces_id for row in made])
    move_many(list(old), to=ExtensionState.SUPERSEDED, now=now, body={"calendar": known.version})
    stored = DeadlineExtension.objects.bulk_create(made)
    deadlines = {row.loan_id: row.until for row in stored if row.until is not None}
    loans.extend_many(deadlines=deadlines, now=now)
    bodies = {
        row.number: {"replaces": row.replaces_id, "until": str(row.until), "calendar": row.calendar}
        for row in stored
    }
    record_many(kind="complaints.deadlineextension.in_force", bodies=bodies, now=now)
    told = ((row.person, context(row)) for row in stored)
    messages.send_many(rows=told, kind=LATER, now=now)
    extension_letters.reissue(rows=stored, now=now)


# --- The lender -----------------------------------------------------------------------------


def escalate(*, now: dt.datetime, limit: int = BATCH) -> int:
    """Show officers what a lender has not answered in time, and keep the alarm of each lender as
    long as something is unanswered; returns how many are newly late."""
    today = timezone.localtime(now).date()
    waits = DeadlineExtension.objects.filter(state=ExtensionState.REQUESTED)
    with transaction.atomic():
        fresh = waits.filter(escalated_at=None, answer_by__lt=today).order_by("pk")
        rows = list(fresh.select_for_update(skip_locked=True)[:limit])
        DeadlineExtension.objects.filter(pk__in=[row.pk for row in rows]).update(escalated_at=now)
        bodies = {row.number: {"answer_by": str(row.answer_by)} for row in rows}
        record_many(kind="complaints.deadlineextension.escalated", bodies=bodies, now=now)
        late = waits.filter(escalated_at__isnull=False).order_by()
        codes = list(late.values_list("institution__code", flat=True).distinct())
        for code in codes:
            watch.raise_alarm(
                kind=kinds.EXTENSION_UNANSWERED,
                subject=code,
                severity=Severity.WARNING,
                now=now,
            )
        watch.settle(kind=kinds.EXTENSION_UNANSWERED, still=codes, now=now)
    return len(rows)
