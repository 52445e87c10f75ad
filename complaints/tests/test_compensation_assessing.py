"""Who is assessed to what, and what a correction of the times changes."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from complaints.models import (
    Compensation,
    Component,
    Fund,
    Incident,
    IncidentImpact,
    IncidentWindow,
)
from complaints.services import compensation
from complaints.services import compensation_moves as moves
from complaints.states.compensation import CompensationState
from complaints.states.incidents import ComponentStatus
from complaints.tests import recomputed
from complaints.tests.money import assessed, compliance, offered, risk, rule, top_up
from complaints.tests.people import touched
from creditquery.models import LoanApplication
from creditquery.tests.conftest import applied, signed
from evidence.models import Record

pytestmark = pytest.mark.django_db
S = CompensationState
SHARE = 790  # 200,000 yuan at 3.95 % for a year, 0.10 % of it


def correct(incident, seconds):
    """The lead's correction: a new revision with a whole new set of windows."""
    incident.revision += 1
    incident.ended_at = incident.began_at + dt.timedelta(seconds=seconds)
    incident.save()
    window(incident, 0, seconds)


def window(incident, start, end, component=None, status=ComponentStatus.MAJOR):
    return IncidentWindow.objects.create(
        incident=incident,
        revision=incident.revision,
        component=component or Component.objects.get(key="bureau"),
        status=status,
        starts_at=incident.began_at + dt.timedelta(seconds=start),
        ends_at=incident.began_at + dt.timedelta(seconds=end),
    )


def held():
    fund = Fund.objects.get()
    return fund.balance_fen, fund.committed_fen


def states():
    return list(Compensation.objects.order_by("pk").values_list("state", "amount_fen"))


def test_two_hours_are_not_over_two_hours(outage, query, person, now):
    incident = outage(7200)
    touched(incident, person, query)
    assert assessed(incident, now) == []


def test_a_second_more_is_and_the_facts_say_why(outage, query, person, now):
    incident = outage(7201)
    touched(incident, person, query)
    (row,) = assessed(incident, now)
    assert (row.state, row.amount_fen, row.points) == (S.ASSESSED, SHARE, 100)
    assert row.facts["seconds"] == 7201
    assert row.facts["loans"][0]["reference"] == query.loan.reference
    record = Record.objects.get(kind="complaints.compensation.assessed")
    assert (record.subject, record.body["assessed"]) == (incident.number, 1)
    assert query.loan.reference not in str(record.body)


def test_assessing_again_changes_nothing(outage, query, person, now):
    incident = outage()
    touched(incident, person, query)
    (row,) = assessed(incident, now)
    assert assessed(incident, now) == [row]
    assert Record.objects.filter(kind="complaints.compensation.assessed").count() == 1


def test_whoever_takes_it_up_after_a_worker_that_died_gives_nobody_two(outage, make_person, now):
    incident = outage()
    for place in range(5):
        touched(incident, make_person(f"1390000000{place}"))
    assert compensation.assess(incident=incident, now=now, limit=2) is not None
    assert len(assessed(incident, now)) == 5


def test_nobody_else_gets_any(outage, query, person, make_person, now):
    make_person("13800000002")
    incident = outage()
    withdrawn = touched(incident, make_person("13800000003"))
    IncidentImpact.objects.filter(pk=withdrawn.pk).update(withdrawn_in=1)
    touched(incident, person, query)
    assert [row.person for row in assessed(incident, now)] == [person]


def test_who_could_not_log_in_counts_with_the_loans_then_open(outage, loan, person, now):
    incident = outage()
    LoanApplication.objects.update(created_at=incident.began_at)
    touched(incident, person)
    (row,) = assessed(incident, now)
    assert row.amount_fen == SHARE


def test_a_loan_made_after_the_outage_does_not_count(outage, loan, person, now):
    incident = outage()
    touched(incident, person)
    (row,) = assessed(incident, now)
    assert (row.amount_fen, row.points) == (0, 100)


def test_only_components_that_were_met_count(outage, query, person, now):
    incident = outage(7000)
    other = Component.objects.create(key="other", name_zh="别的", name_en="Other")
    window(incident, 0, 9000, other)
    window(incident, 7000, 9000, status=ComponentStatus.PARTIAL)
    touched(incident, person, query)
    assert assessed(incident, now) == []


def test_overlapping_incidents_are_paid_once(outage, query, person, now):
    first = outage(5000, number="IN-20261122-001")
    second = outage(5000, ended=first.ended_at - dt.timedelta(seconds=2500), number="IN-2")
    touched(first, person, query)
    touched(second, person, query)
    (row,) = assessed(first, now)
    assert (row.facts["seconds"], row.incident) == (7500, second)
    assert assessed(second, now) == [row]


def test_nothing_is_assessed_while_an_incident_goes_on(outage, query, person, now):
    incident = outage()
    touched(incident, person, query)
    Incident.objects.update(ended_at=None)
    assert assessed(Incident.objects.get(), now) == []


def test_a_correction_replaces_what_is_open(outage, query, person, now):
    incident = outage()
    touched(incident, person, query)
    assessed(incident, now)
    correct(incident, 20_000)
    assessed(incident, now)
    assert states() == [(S.SUPERSEDED, SHARE), (S.ASSESSED, 2 * SHARE)]
    correct(incident, 7200)
    assessed(incident, now)
    assert [state for state, _ in states()] == [S.SUPERSEDED, S.WITHDRAWN]


def test_an_offer_that_is_replaced_frees_the_fund(outage, query, person, now):
    top_up(10_000, now)
    incident = outage()
    touched(incident, person, query)
    offered(incident, now)
    correct(incident, 20_000)
    offered(incident, now)
    assert states() == [(S.SUPERSEDED, SHARE), (S.OFFERED, 2 * SHARE)]
    assert held() == (10_000, 2 * SHARE)


def test_what_was_accepted_is_added_to_and_never_taken_back(outage, query, person, now):
    top_up(10_000, now)
    incident = outage()
    touched(incident, person, query)
    (row,) = offered(incident, now)
    compensation.accept(compensation=row, account="6222", now=now)
    correct(incident, 20_000)
    accepted, more = assessed(incident, now)
    assert (more.entitled_fen, more.already_fen, more.amount_fen) == (2 * SHARE, SHARE, SHARE)
    assert more.points == 100  # 200 in all
    correct(incident, 7200)
    assessed(incident, now)
    accepted.refresh_from_db()
    assert states() == [(S.ACCEPTED, SHARE), (S.WITHDRAWN, SHARE)]
    assert accepted.corrected_fen == 0
    correct(incident, 7201)
    assessed(incident, now)
    accepted.refresh_from_db()
    assert accepted.corrected_fen is None


def test_what_was_declined_comes_back_only_when_it_is_more(outage, query, person, now):
    top_up(10_000, now)
    incident = outage()
    touched(incident, person, query)
    (row,) = offered(incident, now)
    compensation.decline(compensation=row, now=now)
    assert held() == (10_000, 0)
    correct(incident, 7300)
    assert len(assessed(incident, now)) == 1
    correct(incident, 20_000)
    assessed(incident, now)
    assert states() == [(S.DECLINED, SHARE), (S.ASSESSED, 2 * SHARE)]


def test_an_offer_ends_by_itself(outage, query, person, now):
    top_up(10_000, now)
    incident = outage()
    touched(incident, person, query)
    offered(incident, now)
    assert compensation.expire_due(now=now + dt.timedelta(days=89)) == 0
    assert compensation.expire_due(now=now + dt.timedelta(days=90)) == 1
    assert (states(), held()) == ([(S.EXPIRED, SHARE)], (10_000, 0))


def test_the_rule_in_force_when_it_began_counts(outage, query, person, now):
    older = rule()
    values = {
        f.name: getattr(older, f.name)
        for f in older._meta.fields
        if f.name not in {"id", "version", "proposed_by", "decided_by", "decided_at"}
    }
    values |= {"valid_from": now - dt.timedelta(minutes=20), "tiers": [[60, 10_000, 0]]}
    type(older).objects.create(
        **values, version="later", proposed_by=risk(now), decided_by=compliance(now), decided_at=now
    )
    incident = outage()
    touched(incident, person, query)
    assert [row.rule for row in assessed(incident, now)] == [older]


def test_sums_equal_what_the_database_works_out(
    outage, make_person, institution, entrances, now, bureau
):
    incident = outage(20_001)
    login = Component.objects.create(key="gate", name_zh="登录", name_en="Login")
    for place in range(7):
        someone = make_person(f"1390000000{place}")
        loan = applied(someone, institution, now)
        loan.amount_fen, loan.annual_rate_bp = 7_777_777 * (place + 1), 300 + place
        loan.save()
        impact = touched(incident, someone, signed(someone, loan, now))
        if place == 3:  # met something that was down for less than two hours
            impact.component = login
            impact.save()
    window(incident, 0, 7200, login)
    ours = {row.person_id: row.amount_fen for row in assessed(incident, now)}
    assert len(ours) == 6
    assert ours == recomputed.by_the_database(incident.pk, rule().pk)


def test_the_database_holds_the_rules_too(outage, query, person, now):
    incident = outage()
    touched(incident, person, query)
    (row,) = assessed(incident, now)
    rows = Compensation.objects.filter(pk=row.pk)
    for wrong in ({"amount_fen": 1}, {"state": "lost"}, {"state": "offered"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**wrong)
    with pytest.raises(IntegrityError), transaction.atomic():
        row.pk, row.number = None, "CP2"
        row.save()


def test_a_sum_in_a_batch_is_moved_by_the_table_alone(outage, query, person, now):
    incident = outage()
    touched(incident, person, query)
    assert moves.compensations(assessed(incident, now), to=S.PAID, now=now) == []
