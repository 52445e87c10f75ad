"""Who was touched is told once while it goes on and once when it is over, and nobody else."""

import datetime as dt
import threading

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import Delivery
from accounts.services import deliveries, messages
from accounts.tests.visitor import fresh_phone
from complaints.models import Incident, IncidentNotice
from complaints.services import notices, parts
from complaints.services.impacts import NOTICES
from complaints.states.incidents import IncidentState
from complaints.states.notices import NoticeKind
from complaints.tasks.notices import look
from complaints.tests.people import touched
from creditquery.models import CreditQuery
from creditquery.states import QueryState
from creditquery.tests.conftest import work_off
from evidence.models import Record
from portal.work import services as work
from portal.work.models import Work
from portal.work.states import Lane
from portal.work.tasks import drain

pytestmark = pytest.mark.django_db


@pytest.fixture
def over(outage):
    return computed(outage())


@pytest.fixture
def going_on(outage):
    made = outage(ended=timezone.now())
    return computed(made, state=IncidentState.INVESTIGATING, ended_at=None, resolved_at=None)


def computed(incident, **values):
    Incident.objects.filter(pk=incident.pk).update(computed_at=timezone.now(), **values)
    incident.refresh_from_db()
    return incident


def stuck(query, state=QueryState.PARKED):
    CreditQuery.objects.filter(pk=query.pk).update(state=state)
    return query


def tell(incident):
    return notices.tell(incident=incident, now=timezone.now())


def told():
    return list(IncidentNotice.objects.order_by("pk").values_list("person", "kind"))


def test_whose_query_stands_still_is_told_where_to_read_on(going_on, person, query):
    touched(going_on, person, stuck(query))
    assert tell(going_on) == 1
    delivery = Delivery.objects.get(user=person)
    assert delivery.kind == "complaints.incident_began"
    assert delivery.context == '{"number": "IN-20261122-001"}'


def test_whose_query_is_through_is_not_told_while_it_goes_on(going_on, person, query):
    touched(going_on, person, stuck(query, QueryState.SUCCEEDED))
    assert tell(going_on) == 0


def test_nobody_is_told_before_ten_minutes(going_on, person, query):
    touched(going_on, person, stuck(query))
    early = going_on.began_at + notices.TOLD_AFTER
    assert notices.tell(incident=going_on, now=early - dt.timedelta(seconds=1)) == 0
    assert notices.tell(incident=going_on, now=early) == 1


def test_when_it_is_over_everybody_is_told_once_whatever_they_were_told_before(
    going_on, person, query, make_person
):
    touched(going_on, person, stuck(query))
    by_login = make_person(fresh_phone())
    touched(going_on, by_login)
    assert tell(going_on) == 1
    now = timezone.now()
    computed(going_on, state=IncidentState.RESOLVED, ended_at=now, resolved_at=now)
    assert [tell(going_on), tell(going_on)] == [2, 0]
    assert sorted(told()) == sorted(
        [(person.pk, "began"), (person.pk, "over"), (by_login.pk, "over")]
    )


def test_several_queries_of_one_person_are_one_message(over, person, query):
    touched(over, person, query)
    touched(over, person)
    assert tell(over) == 1


def test_what_a_message_leads_to_is_made_before_it_goes_out(over, person):
    touched(over, person)
    now = timezone.now()
    notices.tell(incident=over, now=now)
    [sending] = Work.objects.filter(kind=deliveries.SEND)
    assert sending.run_after == now + notices.HEAD_START


def test_whom_a_correction_no_longer_finds_is_not_told(over, person):
    impact = touched(over, person)
    impact.withdrawn_in = 2
    impact.save()
    assert tell(over) == 0


def test_before_the_impacts_are_computed_nobody_is_told(outage, person):
    incident = outage()
    touched(incident, person)
    assert tell(incident) == 0


def test_a_message_that_cannot_be_made_leaves_the_person_untold(over, person, monkeypatch):
    touched(over, person)

    def fail(**_):
        raise RuntimeError

    with monkeypatch.context() as patched, pytest.raises(RuntimeError):
        patched.setattr(messages, "send_many", fail)
        tell(over)
    assert told() == []
    assert tell(over) == 1


def test_the_record_counts_people_and_names_none(over, person):
    touched(over, person)
    tell(over)
    (record,) = Record.objects.filter(kind="complaints.incident.told_over")
    assert (record.subject, record.body) == (over.number, {"people": 1, "revision": 1})


def test_the_parts_of_the_follower_tell_everybody_once(over, make_person, person, query):
    keys = [touched(over, make_person(fresh_phone())).pk for _ in range(3)]
    keys += [touched(over, person).pk, touched(over, person, query).pk]
    for some in (keys[:2], keys[2:4], keys[4:]):
        parts.follow(incident=over, kind=NOTICES, keys=some, now=timezone.now())
    assert work_off(Lane.UPKEEP) == 3
    assert len(told()) == len(set(told())) == 4


def test_the_look_of_each_minute_finds_what_nobody_computed(going_on, person, query, monkeypatch):
    monkeypatch.setattr(parts, "SIZE", 1)
    touched(going_on, person, stuck(query))
    kind = f"{look.__module__}.{look.__name__}"
    work.add(kind=kind, subject="now", lane=Lane.UPKEEP, now=timezone.now())
    drain("upkeep", seconds=60)
    assert told() == [(person.pk, NoticeKind.BEGAN)]


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_tell_each_person_once(over, make_person):
    for _ in range(20):
        touched(over, make_person(fresh_phone()))
    sums, start = [], threading.Barrier(4)

    def work_off():
        start.wait()
        while count := notices.tell(incident=over, now=timezone.now(), limit=3):
            sums.append(count)
        connection.close()

    threads = [threading.Thread(target=work_off) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(sums) == IncidentNotice.objects.count() == Delivery.objects.count() == 20
