"""Reading clocks: which decides, which are late, under which promise they run."""

import datetime as dt

from complaints.models import Clock, ClockExtension, Complaint, ServicePolicy
from complaints.states.clocks import CLOCK_OPEN, ClockKind, ClockState, ExtensionState


def policy(day: dt.date) -> ServicePolicy:
    """What the operator promises on this day; the first version comes with a migration."""
    begun = ServicePolicy.objects.filter(effective_from__lte=day)
    return begun.order_by("-effective_from", "-pk")[0]


def of_complaint(complaint: Complaint) -> list[Clock]:
    """All its clocks, those of the newest round first and by their last day."""
    return list(complaint.clocks.order_by("-round", "due_at", "pk"))


def deciding(complaint: Complaint) -> Clock | None:
    """The clock of the decision in this round, whatever its state."""
    kind = ClockKind.DECISION if complaint.round == 1 else ClockKind.REVIEW
    clock = complaint.clocks.filter(kind=kind, round=complaint.round).first()
    if clock is not None:
        clock.complaint = complaint
    return clock


def pending_extension(complaint: Complaint) -> ClockExtension | None:
    rows = ClockExtension.objects.filter(clock__complaint=complaint, state=ExtensionState.PROPOSED)
    return rows.select_related("clock__complaint__person", "proposed_by").first()


def overdue() -> list[Clock]:
    """What is too late and not done."""
    late = Clock.objects.filter(state=ClockState.BREACHED, ended_at=None)
    return list(late.select_related("complaint").order_by("due_at"))


def open_clocks(complaint: Complaint) -> list[Clock]:
    rows = complaint.clocks.filter(state__in=CLOCK_OPEN | {ClockState.BREACHED}, ended_at=None)
    return list(rows.order_by("due_at", "pk"))
