"""What happens to extensions by themselves: a notice is loaded, an incident corrected, a lender
silent. What was promised is never taken back."""

import datetime as dt

import pytest
from django.utils import timezone

from accounts.models import Delivery
from complaints.models import DeadlineExtension
from complaints.services import extension_upkeep, extensions
from complaints.states.extensions import ExtensionState
from complaints.tests.asking import asked, until
from creditquery.tests.lenders import works_at
from evidence.models import Record
from portal.watch import kinds
from portal.watch.models import Alarm
from portal.workdays import services as workdays
from portal.workdays.notices import Notice

pytestmark = pytest.mark.django_db
NEW_YEAR = tuple(dt.date(2027, 1, day) for day in (1, 4))


@pytest.fixture
def by(institution):
    return works_at(institution)


@pytest.fixture
def provisional(outage, query, by):
    """Fifteen working days after 18 December 2026, as long as 2027 has no notice: 11 January."""
    until(query.loan, "2026-12-18")
    row = asked(outage(), query)
    extensions.decide(extension=row, by=by, decision="accept", reason="同意", now=timezone.now())
    assert (row.until, row.provisional) == (dt.date(2027, 1, 11), True)
    return row


def load(off=(), work=()):
    workdays.load([Notice(2027, ("https://www.gov.cn/x",), off, work)], now=timezone.now())


def recompute(row):
    return extension_upkeep.recompute(institution=row.institution, now=timezone.now())


def test_as_long_as_no_notice_comes_nothing_is_counted_again(provisional):
    assert recompute(provisional) == 0


def test_a_notice_that_moves_the_day_later_replaces_the_promise(provisional, query):
    load(off=NEW_YEAR)
    assert recompute(provisional) == 1
    provisional.refresh_from_db()
    new = provisional.replaced_by
    query.loan.refresh_from_db()
    assert provisional.state == ExtensionState.SUPERSEDED
    assert (new.state, new.until, new.provisional) == ("in_force", dt.date(2027, 1, 12), False)
    assert query.loan.decision_deadline == dt.date(2027, 1, 12)
    assert (
        Delivery.objects.filter(kind="complaints.extension_later", user=query.person).count() == 1
    )
    assert recompute(new) == 0


def test_a_notice_that_moves_the_day_earlier_leaves_the_promise(provisional, query):
    load(off=(NEW_YEAR[0],), work=(dt.date(2027, 1, 9),))
    assert recompute(provisional) == 1
    provisional.refresh_from_db()
    query.loan.refresh_from_db()
    assert (provisional.state, provisional.provisional) == (ExtensionState.IN_FORCE, False)
    assert provisional.until == query.loan.decision_deadline == dt.date(2027, 1, 11)
    assert not Delivery.objects.filter(kind="complaints.extension_later").exists()
    assert recompute(provisional) == 0
    assert Record.objects.filter(kind="complaints.deadlineextension.confirmed").count() == 1


@pytest.mark.parametrize("limit", [1, 1000])
def test_a_second_extension_moves_with_the_first_on_which_it_builds(
    provisional, outage, query, by, limit
):
    query.loan.refresh_from_db()
    second = asked(outage(number="IN-20261122-002"), query)
    extensions.decide(extension=second, by=by, decision="accept", reason="同", now=timezone.now())
    assert second.counted_from == provisional.until
    load(off=NEW_YEAR)
    now = timezone.now()
    while extension_upkeep.recompute(institution=second.institution, now=now, limit=limit):
        pass
    second.refresh_from_db()
    query.loan.refresh_from_db()
    assert second.replaced_by.counted_from == dt.date(2027, 1, 12)
    assert second.replaced_by.until == query.loan.decision_deadline == dt.date(2027, 2, 2)


def test_a_lenders_own_day_of_rest_counts_for_its_loans_alone(provisional, by):
    workdays.override(
        scope="B10311000H0002",
        day=dt.date(2027, 1, 5),
        is_working=False,
        reason="not this lender",
        by=by,
        now=timezone.now(),
    )
    assert recompute(provisional) == 0
    workdays.override(
        scope=provisional.institution.code,
        day=dt.date(2027, 1, 5),
        is_working=False,
        reason="closing of the books",
        by=by,
        now=timezone.now(),
    )
    recompute(provisional)
    provisional.refresh_from_db()
    assert provisional.replaced_by.until == dt.date(2027, 1, 12)


def test_a_corrected_incident_marks_and_shortens_nothing(provisional, query):
    impact = provisional.incident.impacts.get()
    for withdrawn_in, is_marked in ((2, True), (2, True), (None, False)):
        impact.withdrawn_in = withdrawn_in
        impact.save()
        extension_upkeep.follow(incident=provisional.incident, reason="", now=timezone.now())
        provisional.refresh_from_db()
        query.loan.refresh_from_db()
        assert (provisional.ground_lost_at is not None) is is_marked
        assert provisional.state == ExtensionState.IN_FORCE
        assert query.loan.decision_deadline == provisional.until
    kinds_of = Record.objects.filter(subject=provisional.number).values_list("kind", flat=True)
    assert list(kinds_of).count("complaints.deadlineextension.ground_lost") == 1
    assert list(kinds_of).count("complaints.deadlineextension.ground_found") == 1


def test_a_silent_lender_is_shown_to_officers_until_it_answers(outage, query, by):
    row = asked(outage(), query)
    last = dt.datetime.combine(row.answer_by, dt.time(23, 59), timezone.get_current_timezone())
    alarms = Alarm.objects.filter(kind=kinds.EXTENSION_UNANSWERED, cleared_at=None)
    assert extension_upkeep.escalate(now=last) == 0
    late = last + dt.timedelta(minutes=2)
    assert extension_upkeep.escalate(now=late) == 1
    assert extension_upkeep.escalate(now=late) == 0
    assert alarms.get().subject == row.institution.code
    extensions.decide(extension=row, by=by, decision="refuse", reason="没有必要", now=late)
    extension_upkeep.escalate(now=late)
    assert not alarms.exists()
    assert DeadlineExtension.objects.get().escalated_at == late
