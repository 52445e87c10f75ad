"""All that an outage left waiting with a lender is answered in one act."""

import datetime as dt
from functools import partial

import pytest
from django.utils import timezone

from accounts.models import Delivery
from accounts.refusals import Refused
from complaints.models import DeadlineExtension, ExtensionBatch, ExtensionPolicy
from complaints.selectors import extensions as selectors
from complaints.services import extension_upkeep, extensions, parts
from complaints.states.extensions import ExtensionState
from complaints.tests.asking import asked, crowd, until
from creditquery.tests.conftest import work_off
from creditquery.tests.lenders import works_at
from evidence.models import Record
from portal.work.services import claim, collect_expired
from portal.work.states import Lane

pytestmark = pytest.mark.django_db


@pytest.fixture
def by(institution):
    return works_at(institution)


@pytest.fixture
def incident(outage, make_person, loan, entrances):
    made = outage()
    crowd(make_person, loan, made, 6)
    extensions.ask_many(incident=made, reason="征信查询中断", now=timezone.now())
    return made


def accepted(incident, by):
    """All that waits with the lender of `by`, in one part."""
    now = timezone.now()
    lender = DeadlineExtension.objects.first().institution
    return extensions.decide_many(
        incident=incident, institution=lender, by=by, reason="同意", asked_until=now, now=now
    )


def test_the_portal_asks_once_for_each_loan_that_was_held_up(incident):
    rows = DeadlineExtension.objects.filter(incident=incident)
    assert rows.count() == 6
    assert set(rows.values_list("asked_by", "days_asked")) == {(None, 15)}
    assert extensions.ask_many(incident=incident, reason="again", now=timezone.now()) == 0
    assert Record.objects.filter(kind="complaints.deadlineextension.requested").count() == 6


def test_one_act_does_what_six_single_answers_would(incident, by):
    rows = list(DeadlineExtension.objects.order_by("pk"))
    for row, day in zip(rows, ["2026-11-27", "2026-12-18"] * 3, strict=True):
        until(row.loan, day)
    extensions.decide(
        extension=rows[0], by=by, decision="accept", reason="同意", now=timezone.now()
    )
    extensions.decide(
        extension=rows[1], by=by, decision="accept", reason="同意", now=timezone.now()
    )
    assert accepted(incident, by) == 4
    names = ("state", "until", "provisional", "calendar", "days", "loan__decision_deadline")
    found = list(DeadlineExtension.objects.order_by("pk").values_list(*names))
    assert found[2:] == [found[0], found[1]] * 2
    assert found[0][1] == dt.date(2026, 12, 18)
    assert all(row.answer == "同意" for row in DeadlineExtension.objects.all())
    assert Delivery.objects.filter(kind="complaints.extension_decided").count() == 6
    for what in ("approved", "in_force"):
        kind = f"complaints.deadlineextension.{what}"
        assert Record.objects.filter(kind=kind).count() == 6


def test_the_statements_do_not_grow_with_the_crowd(incident, by, django_assert_max_num_queries):
    with django_assert_max_num_queries(40):
        assert accepted(incident, by) == 6


def test_what_needs_a_decision_of_its_own_is_left(incident, by):
    own, beyond, lost, decided, *rest = DeadlineExtension.objects.order_by("pk")
    DeadlineExtension.objects.filter(pk=own.pk).update(asked_by=by)
    DeadlineExtension.objects.filter(pk=beyond.pk).update(days_asked=31)
    DeadlineExtension.objects.filter(pk=lost.pk).update(ground_lost_at=timezone.now())
    decided.loan.status = "approved"
    decided.loan.save()
    done = accepted(incident, by)
    left = DeadlineExtension.objects.filter(state=ExtensionState.REQUESTED)
    assert done == len(rest) == 2
    assert set(left) == {own, beyond, lost, decided}


def test_it_is_durable_work_in_parts_that_a_killed_worker_does_not_double(
    incident, by, institution, monkeypatch
):
    monkeypatch.setattr(parts, "cut", partial(parts.cut, size=2))
    now = timezone.now()
    batch = extensions.accept_all(
        incident=incident, institution=institution, by=by, reason="同意", now=now
    )
    soon = now + dt.timedelta(seconds=1)
    assert work_off(Lane.UPKEEP, at=soon, most=2) == 2  # cut, and one part done
    batch.refresh_from_db()
    assert (batch.accepted, batch.left, batch.done_at) == (2, 2, None)
    claim(lane=Lane.UPKEEP, now=soon, holder="is killed")
    assert work_off(Lane.UPKEEP, at=soon) == 1
    collect_expired(lane=Lane.UPKEEP, now=soon + dt.timedelta(hours=1))
    assert work_off(Lane.UPKEEP) == 1
    batch.refresh_from_db()
    assert (batch.accepted, batch.wanted, batch.left) == (6, 6, 0)
    assert batch.done_at is not None
    assert set(DeadlineExtension.objects.values_list("state", flat=True)) == {"in_force"}
    assert Delivery.objects.filter(kind="complaints.extension_decided").count() == 6


def test_what_is_asked_after_the_act_began_is_not_accepted_unread(incident, by, institution, query):
    batch = extensions.accept_all(
        incident=incident, institution=institution, by=by, reason="同意", now=timezone.now()
    )
    late = asked(incident, query)
    work_off(Lane.UPKEEP)
    late.refresh_from_db()
    batch.refresh_from_db()
    assert (late.state, batch.accepted) == (ExtensionState.REQUESTED, 6)


def test_one_act_at_a_time(incident, by, institution):
    given = {"incident": incident, "institution": institution, "by": by, "reason": "同意"}
    extensions.accept_all(now=timezone.now(), **given)
    with pytest.raises(Refused, match="extension-batch-running"):
        extensions.accept_all(now=timezone.now(), **given)
    assert ExtensionBatch.objects.count() == 1


def test_where_the_policy_says_so_everybody_touched_is_asked_for(
    outage, make_person, loan, entrances
):
    incident = outage()
    crowd(make_person, loan, incident, 3)
    now = timezone.now()
    assert extension_upkeep.follow(incident=incident, reason="x", now=now) == 0
    ExtensionPolicy.objects.create(version="2", auto_ask=True, effective_from=now.date())
    assert extension_upkeep.follow(incident=incident, reason="x", now=now) == 3
    assert extension_upkeep.follow(incident=incident, reason="x", now=now) == 0


def test_a_lender_sees_its_own_and_how_many_wait_together(incident, institution):
    [group] = selectors.together(institution)
    assert (group["number"], group["wanted"]) == (incident.number, 6)
    assert selectors.waiting(institution).count() == 6
