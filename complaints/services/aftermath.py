"""What the house owes after an incident: reports, the post-mortem, notes for counsel."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db import transaction

from accounts.models import User
from accounts.refusals import Refused
from complaints.incident import wording
from complaints.incident.wording import both
from complaints.models import Incident, LiabilityNote, PostMortem, RegulatorReport
from complaints.selectors import aftermath as selectors
from complaints.services import incident_moves, incidents
from complaints.states.aftermath import PostMortemState, ReportKind
from complaints.states.incidents import IncidentState
from evidence.services import IllegalMove, record
from portal.watch import kinds
from portal.watch import services as watch
from portal.watch.models import Severity

# --- Reports to a regulator -----------------------------------------------------------------


def remind(*, now: dt.datetime) -> None:
    """Note which reports are owed, and keep the alarms about what is overdue up to date."""
    with transaction.atomic():
        for incident in selectors.perhaps_reportable(now):
            _owe(incident, now)
        late = [f"{r.incident.number} {r.kind}" for r in selectors.overdue_reports(now)]
        missing = [each.number for each in selectors.without_postmortem(now)]
        _alarm(kinds.REPORT_OVERDUE, late, Severity.CRITICAL, now)
        _alarm(kinds.POSTMORTEM_MISSING, missing, Severity.WARNING, now)


def _owe(incident: Incident, now: dt.datetime) -> None:
    """Both reports, counted from when the outage reached the grade; owed once, whatever is
    corrected later."""
    reached = selectors.grade(incident, now=now)
    if reached is None:
        return
    rule, at = reached
    dues = {
        ReportKind.FIRST: at + dt.timedelta(minutes=rule.first_minutes),
        ReportKind.WRITTEN: at + dt.timedelta(hours=rule.written_hours),
    }
    RegulatorReport.objects.bulk_create(
        [
            RegulatorReport(incident=incident, rule=rule, kind=kind, reached_at=at, due_at=due)
            for kind, due in dues.items()
        ],
        ignore_conflicts=True,
    )
    body = {"rule": rule.pk, "reached_at": at.isoformat()}
    record(kind="complaints.incident.reportable", subject=incident.number, body=body, now=now)


def reported(*, report: RegulatorReport, reference: str, by: User, now: dt.datetime) -> bool:
    """Somebody has reported; False when it was noted before."""
    with transaction.atomic():
        unreported = RegulatorReport.objects.filter(pk=report.pk, reported_at=None)
        noted = unreported.update(reported_at=now, reported_by=by, reference=reference) == 1
        if noted:
            body = {"report": report.kind, "by": by.pk, "late": now > report.due_at}
            subject = report.incident.number
            record(kind="complaints.incident.reported", subject=subject, body=body, now=now)
    return noted


def _alarm(kind: str, subjects: Iterable[str], severity: str, now: dt.datetime) -> None:
    still = list(subjects)
    for subject in still:
        watch.raise_alarm(kind=kind, subject=subject, severity=severity, now=now)
    watch.settle(kind=kind, still=still, now=now)


# --- The post-mortem ------------------------------------------------------------------------


def write_postmortem(
    *, incident: Incident, by: User, now: dt.datetime, **sections: Any
) -> PostMortem:
    """A new version, which replaces the draft before it. Raises Refused while the incident goes
    on."""
    with transaction.atomic():
        incidents.one_at_a_time()
        incident.refresh_from_db()
        if incident.state not in selectors.OVER:
            raise Refused("incident-not-over")
        earlier = incident.postmortems.select_related("incident").order_by("-version")
        for draft in earlier.filter(state=PostMortemState.DRAFT):
            incident_moves.postmortem(draft, to=PostMortemState.REPLACED, now=now)
        last = earlier.first()
        made = PostMortem.objects.create(
            incident=incident,
            version=last.version + 1 if last else 1,
            author=by,
            written_at=now,
            **sections,
        )
        body = {"version": made.version, "by": by.pk}
        record(kind="complaints.postmortem.draft", subject=incident.number, body=body, now=now)
    return made


def publish(*, postmortem: PostMortem, by: User, now: dt.datetime) -> None:
    """Make a version public: the second of two people who have read it.

    Raises Refused: "own-postmortem" to its author, whatever the role, and "incident-moved-on" when
    it was published or replaced meanwhile.
    """
    if postmortem.author_id == by.pk:
        raise Refused("own-postmortem")
    incident = postmortem.incident
    with transaction.atomic():
        incidents.one_at_a_time()
        incident.refresh_from_db()
        try:
            for former in incident.postmortems.filter(state=PostMortemState.PUBLISHED):
                incident_moves.postmortem(former, to=PostMortemState.REPLACED, now=now)
            incident_moves.postmortem(
                postmortem, to=PostMortemState.PUBLISHED, now=now, approver=by, published_at=now
            )
        except IllegalMove:
            raise Refused("incident-moved-on") from None
        Incident.objects.filter(pk=incident.pk).update(cause=postmortem.cause)
        _tell(incident, now)


def _tell(incident: Incident, now: dt.datetime) -> None:
    text = both(wording.EXPLAINED)
    if incident.state == IncidentState.RESOLVED:
        incidents.go(incident, to=IncidentState.POSTMORTEM, text=text, now=now)
    else:
        incidents.say(incident, text=text, now=now)


# --- For counsel ----------------------------------------------------------------------------


def note_liability(
    *,
    incident: Incident,
    kind: str,
    basis: str,
    facts: str,
    questions: str,
    by: User,
    now: dt.datetime,
) -> LiabilityNote:
    """Append a note. Evidence tells that there is one, never what it says: it is privileged."""
    with transaction.atomic():
        made = LiabilityNote.objects.create(
            incident=incident,
            kind=kind,
            basis=basis,
            facts=facts,
            questions=questions,
            author=by,
            at=now,
        )
        body = {"note": made.pk, "by": by.pk}
        record(kind="complaints.liability.noted", subject=incident.number, body=body, now=now)
    return made
