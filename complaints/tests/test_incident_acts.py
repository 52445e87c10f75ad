"""What an officer does about incidents, planned maintenance, and what the house owes afterwards."""

import datetime as dt
from collections.abc import Callable

import pytest

from accounts.models import User
from accounts.refusals import Refused
from accounts.roles import Role
from accounts.services import staff
from complaints.incident.severity import Piece
from complaints.incident.wording import Both
from complaints.models import Component, Incident, IncidentPolicy, RegulatorReport, ReportingRule
from complaints.selectors import aftermath as owed
from complaints.services import aftermath, incident_acts, incidents, maintenance
from complaints.services.impacts import AGAIN, COMPUTE
from complaints.states.incidents import ComponentStatus, IncidentState
from complaints.tests.measured import MAJOR, at, incident
from evidence.models import Record
from portal.routing import services as routing
from portal.watch.models import Alarm
from portal.work.models import Work

pytestmark = pytest.mark.django_db
WORDS = Both("出现问题", "Something fails")
SECTIONS = {
    f"{section}_{language}": "words"
    for section in ("happened", "timeline", "touched", "changes")
    for language in ("zh", "en")
} | {"cause": "upstream", "evidence": "record 1", "owner": "operations", "due_on": at(0).date()}


@pytest.fixture
def officer(db: None) -> User:
    return officer_named("first")


@pytest.fixture
def colleague(db: None) -> User:
    return officer_named("second", Role.ADMINISTRATOR)


def officer_named(name: str, role: str = Role.COMPLIANCE_OFFICER) -> User:
    return staff.create(username=name, role=role, password="x", secret=b"s" * 20, now=at(0))


# --- By hand --------------------------------------------------------------------------------


def test_what_is_opened_by_hand_is_resolved_by_hand_as_of_then(
    bureau: Component, officer: User
) -> None:
    opened = incident_acts.open_by_hand(
        failing={bureau: MAJOR},
        title=WORDS,
        text=WORDS,
        began_at=at(0),
        by=officer,
        now=at(300),
    )
    assert incidents.pieces(opened) == [Piece(bureau.pk, MAJOR, at(0), None)]
    incident_acts.update(
        incident=opened, text=WORDS, to=IncidentState.RESOLVED, by=officer, now=at(7501)
    )
    opened.refresh_from_db()
    assert (opened.state, opened.ended_at, opened.impact) == ("resolved", at(7501), "critical")
    assert Work.objects.filter(kind=COMPUTE, subject=str(opened.pk)).count() == 2 + len(AGAIN)


def test_a_correction_is_an_update_beside_its_error(bureau: Component, officer: User) -> None:
    row = incident((bureau, MAJOR, 0, 100))
    wrong = incidents.say(row, text=WORDS, now=at(200))
    incident_acts.update(incident=row, text=WORDS, corrects=wrong, by=officer, now=at(300))
    assert list(row.updates.order_by("pk").values_list("corrects", "author")) == [
        (None, None),
        (wrong.pk, officer.pk),
    ]


def test_a_state_that_cannot_follow_is_refused(bureau: Component, officer: User) -> None:
    row = incident((bureau, MAJOR, 0, 100))
    with pytest.raises(Refused, match="incident-moved-on"):
        incident_acts.update(
            incident=row, text=WORDS, to=IncidentState.MONITORING, by=officer, now=at(300)
        )
    assert not row.updates.exists()


def test_corrected_times_are_a_revision_beside_the_old_one(
    bureau: Component, officer: User
) -> None:
    row = incident((bureau, MAJOR, 0, 7200))
    new = [Piece(bureau.pk, MAJOR, at(-1), at(7200))]
    incident_acts.correct(incident=row, pieces=new, reason="by their log", by=officer, now=at(9000))
    row.refresh_from_db()
    assert (row.revision, row.began_at, row.ended_at) == (2, at(-1), at(7200))
    assert incidents.pieces(row) == new
    assert row.windows.filter(revision=1, starts_at=at(0)).exists()
    assert row.revisions.get(number=2).actor == officer
    told = Record.objects.get(kind="complaints.incident.revised").body
    assert told["windows"] == [[bureau.pk, MAJOR, at(-1).isoformat(), at(7200).isoformat()]]
    assert Work.objects.filter(kind=COMPUTE, dedup_key__endswith="/2/over").exists()


@pytest.mark.parametrize(
    ("starts", "ends"), [(100, 100), (100, 50), (100, 9001), (100, None), (9001, None)]
)
def test_times_that_cannot_be_are_refused(
    bureau: Component, officer: User, starts: float, ends: float | None
) -> None:
    row = incident((bureau, MAJOR, 0, 7200))
    wrong = [Piece(bureau.pk, MAJOR, at(starts), None if ends is None else at(ends))]
    with pytest.raises(Refused, match="incident-times"):
        incident_acts.correct(incident=row, pieces=wrong, reason="?", by=officer, now=at(9000))
    row.refresh_from_db()
    assert row.revision == 1


def test_reasons_reach_the_evidence_masked(bureau: Component, officer: User) -> None:
    row = incident((bureau, MAJOR, 0, 7200))
    incident_acts.correct(
        incident=row, pieces=[], reason="said 13812345678", by=officer, now=at(9000)
    )
    assert "13812345678" not in str(Record.objects.get(kind="complaints.incident.revised").body)


# --- Planned maintenance --------------------------------------------------------------------


def test_maintenance_follows_the_calendar(bureau: Component, officer: User) -> None:
    routing.plan_maintenance(
        route="pboc", starts_at=at(600), ends_at=at(4200), reason="test", actor=officer, now=at(0)
    )
    seen = []
    for moment in (0, 10, 600, 4199, 4200, 9000):
        maintenance.mirror(now=at(moment))
        seen.append(Incident.objects.get().state)
    assert seen == [
        "scheduled",
        "scheduled",
        "in_progress",
        "in_progress",
        "completed",
        "completed",
    ]
    row = Incident.objects.get()
    assert (row.kind, row.impact, row.ended_at) == ("maintenance", "none", at(4200))
    assert incidents.pieces(row) == [
        Piece(bureau.pk, ComponentStatus.MAINTENANCE, at(600), at(4200))
    ]


def test_maintenance_that_is_taken_back_is_cancelled_or_ends_early(
    bureau: Component, officer: User
) -> None:
    plan: Callable[..., object] = routing.plan_maintenance
    times = {"starts_at": at(600), "ends_at": at(4200), "reason": "test", "actor": officer}
    early, late = (plan(route=route, now=at(0), **times) for route in ("pboc.east", "bank"))
    maintenance.mirror(now=at(10))
    routing.cancel_maintenance(early, now=at(20))  # type: ignore[arg-type]
    maintenance.mirror(now=at(700))
    routing.cancel_maintenance(late, now=at(1000))  # type: ignore[arg-type]
    maintenance.mirror(now=at(1010))
    found = Incident.objects.order_by("pk").values_list("state", "ended_at")
    assert list(found) == [("cancelled", at(4200)), ("completed", at(1000))]


# --- The regulator --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("seconds", "provinces", "minutes"),
    [(1799, 31, None), (1800, 31, 30), (1800, 1, None), (10799, 1, None), (10800, 1, 180)],
)
def test_the_grade_by_time_and_provinces(
    bureau: Component, seconds: int, provinces: int, minutes: int | None
) -> None:
    holds = IncidentPolicy.objects.create(version="p", adopted_at=at(0), provinces=provinces)
    row = incident((bureau, MAJOR, 0, seconds), policy=holds)
    found = owed.grade(row, now=at(20000))
    assert (found and (found[0].minutes, found[1])) == (minutes and (minutes, at(60 * minutes)))


def test_reports_are_owed_once_and_alarm_until_they_are_made(
    bureau: Component, officer: User
) -> None:
    row = incident((bureau, MAJOR, 0, None), state="investigating")
    for moment in (1790, 1801, 1900):
        aftermath.remind(now=at(moment))
    first, written = RegulatorReport.objects.order_by("due_at")
    assert (first.due_at, written.due_at) == (at(3600), at(1800 + 12 * 3600))
    assert not Alarm.objects.filter(kind="report-overdue").exists()
    aftermath.remind(now=at(3601))
    assert Alarm.objects.get(kind="report-overdue").subject == f"{row.number} first"
    assert aftermath.reported(report=first, reference="X-1", by=officer, now=at(3700))
    assert not aftermath.reported(report=first, reference="X-2", by=officer, now=at(3800))
    aftermath.remind(now=at(3900))
    assert Alarm.objects.get(kind="report-overdue").cleared_at == at(3900)
    first.refresh_from_db()
    assert (first.reference, first.reported_by) == ("X-1", officer)


def test_every_rule_says_how_far_it_can_be_trusted() -> None:
    for rule in ReportingRule.objects.all():
        assert "二手" in rule.weakness_zh
        assert "second-hand" in rule.weakness_en


# --- The post-mortem ------------------------------------------------------------------------


def test_two_people_make_a_postmortem_public(
    bureau: Component, officer: User, colleague: User
) -> None:
    row = incident((bureau, MAJOR, 0, 7201), resolved_at=at(7201))
    aftermath.write_postmortem(incident=row, by=officer, now=at(8000), **SECTIONS)
    second = aftermath.write_postmortem(incident=row, by=colleague, now=at(8100), **SECTIONS)
    states = row.postmortems.order_by("version").values_list("state", flat=True)
    assert list(states) == ["replaced", "draft"]
    with pytest.raises(Refused, match="own-postmortem"):  # an administrator, too
        aftermath.publish(postmortem=second, by=colleague, now=at(8200))
    aftermath.publish(postmortem=second, by=officer, now=at(8300))
    row.refresh_from_db()
    assert (row.state, row.cause) == ("postmortem", "upstream")
    second.refresh_from_db()
    assert (second.state, second.approver, second.published_at) == ("published", officer, at(8300))


def test_a_postmortem_is_written_only_once_it_is_over(bureau: Component, officer: User) -> None:
    row = incident((bureau, MAJOR, 0, None), state="investigating")
    with pytest.raises(Refused, match="incident-not-over"):
        aftermath.write_postmortem(incident=row, by=officer, now=at(8000), **SECTIONS)


def test_a_missing_postmortem_alarms_after_the_days_of_the_policy(
    bureau: Component, officer: User, colleague: User
) -> None:
    row = incident((bureau, MAJOR, 0, 7201), resolved_at=at(7201))
    due = at(7201) + dt.timedelta(days=5)
    aftermath.remind(now=due)
    assert not Alarm.objects.filter(kind="postmortem-missing").exists()
    aftermath.remind(now=due + dt.timedelta(seconds=1))
    assert Alarm.objects.get(kind="postmortem-missing", cleared_at=None).subject == row.number
    made = aftermath.write_postmortem(incident=row, by=officer, now=due, **SECTIONS)
    aftermath.publish(postmortem=made, by=colleague, now=due)
    aftermath.remind(now=due + dt.timedelta(minutes=1))
    assert not Alarm.objects.filter(kind="postmortem-missing", cleared_at=None).exists()


def test_evidence_tells_of_a_liability_note_and_not_what_it_says(
    bureau: Component, officer: User
) -> None:
    row = incident((bureau, MAJOR, 0, 7201))
    aftermath.note_liability(
        incident=row,
        kind="breach",
        basis="",
        facts="a secret fact",
        questions="",
        by=officer,
        now=at(8000),
    )
    assert "secret" not in str(Record.objects.get(kind="complaints.liability.noted").body)
