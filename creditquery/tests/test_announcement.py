"""Borrowers read of planned maintenance, when no entrance stays open meanwhile."""

import datetime as dt

import pytest
from django.core.cache import cache
from django.db import OperationalError
from django.utils import timezone

from accounts.roles import Role
from accounts.services import staff
from creditquery import context_processors
from creditquery.models import Channel, Endpoint
from creditquery.selectors import watch
from creditquery.states import ChannelKind
from portal.routing.models import MaintenanceWindow

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.UTC)


def after(hours):
    return NOW + dt.timedelta(hours=hours)


@pytest.fixture(autouse=True)
def asked():
    """The entrances of two channels, and an answer that is not yet known."""
    Endpoint.objects.all().delete()
    Channel.objects.all().delete()
    for name, endpoints in (("pboc", ("east", "south")), ("bank", ("east",))):
        channel = Channel.objects.create(
            name=name, adapter=name, kind=ChannelKind.IDEMPOTENT, institution="x", secret="s"
        )
        for endpoint in endpoints:
            Endpoint.objects.create(
                channel=channel, name=endpoint, region="east", url="http://127.0.0.1"
            )
    cache.delete(watch.ANNOUNCEMENT)


@pytest.fixture
def administrator():
    role = Role.ADMINISTRATOR
    return staff.create(username="chen", role=role, password="x", secret=b"s" * 20, now=NOW)


@pytest.fixture
def plan(administrator):
    def plan(route, begins, ends, **values):
        values = {"reason": "switches", "actor": administrator, "announced_at": NOW, **values}
        return MaintenanceWindow.objects.create(
            route=route, starts_at=after(begins), ends_at=after(ends), **values
        )

    return plan


def span(now=NOW):
    cache.delete(watch.ANNOUNCEMENT)
    found = watch.announcement(now)
    return found and (found.begins, found.ends)


def test_nothing_is_said_while_an_entrance_stays_open(plan):
    assert span() is None
    plan("pboc", 1, 5)
    assert span() is None
    plan("bank.east", 2, 4)
    assert span() == (after(2), after(4))


@pytest.mark.parametrize(
    ("pboc", "bank", "said"),
    [
        ((1, 5), (3, 9), (3, 5)),  # what both have in common
        ((1, 3), (3, 5), None),  # one after the other
        ((-2, 2), (-1, 3), (-1, 2)),  # it has begun
        ((-3, -1), (-3, -1), None),  # it is over
        ((24, 26), (23, 26), (24, 26)),  # a day before
        ((25, 26), (23, 26), None),  # too early to speak of it
    ],
)
def test_what_is_said_is_when_all_are_shut(plan, pboc, bank, said):
    plan("pboc", *pboc)
    plan("bank", *bank)
    assert span() == (said and (after(said[0]), after(said[1])))


def test_each_entrance_may_have_its_own_window(plan):
    plan("pboc.east", 1, 4)
    plan("bank", 1, 4)
    assert span() is None
    plan("pboc.south", 2, 5)
    assert span() == (after(2), after(4))


def test_what_was_cancelled_or_disabled_does_not_count(plan):
    plan("pboc", 1, 5)
    plan("bank", 1, 5, cancelled_at=NOW)
    assert span() is None
    Channel.objects.filter(name="bank").update(enabled=False)
    assert span() == (after(1), after(5))
    Channel.objects.update(enabled=False)
    assert span() is None


def test_it_costs_one_query_in_ten_seconds(plan, django_assert_num_queries):
    plan("pboc", -1, 5)
    plan("bank", -1, 5)
    with django_assert_num_queries(1):
        known = {watch.announcement(after(hours)) for hours in (0, 1, 2)}
    assert len(known) == 1
    with django_assert_num_queries(0):
        assert watch.announcement(after(5)) is None  # over, whatever was kept


@pytest.fixture
def shut(plan):
    """Everything is shut from an hour ago to an hour from now, by the real clock."""
    hours = (timezone.now() - NOW) / dt.timedelta(hours=1)
    plan("pboc", hours - 1, hours + 1)
    plan("bank", hours - 1, hours + 1)


@pytest.mark.parametrize(
    ("page", "words"),
    [
        ("/", "征信中心正在进行计划维护"),
        ("/login/", "征信中心正在进行计划维护"),
        ("/en/", "The credit reference centre is under planned maintenance"),
        ("/en/help/", "a query that you send meanwhile is kept and goes on by itself"),
    ],
)
def test_the_pages_for_borrowers_say_so_in_words(client, shut, page, words):
    assert words in client.get(page).content.decode()


def test_the_page_of_a_borrower_says_so(browser, shut):
    text = browser.get("/en/queries/").content.decode()
    assert text.count("under planned maintenance") == 1


def test_staff_read_it_elsewhere(rf, shut, administrator):
    request = rf.get("/")
    assert context_processors.announcement(request)["announcement_begun"] is True
    request.user = administrator
    assert context_processors.announcement(request) == {}


def test_a_page_without_a_database_says_what_it_can(client, shut, monkeypatch):
    def broken(now):
        raise OperationalError

    monkeypatch.setattr(watch, "_announcement", broken)
    assert client.get("/en/help/").status_code == 200
