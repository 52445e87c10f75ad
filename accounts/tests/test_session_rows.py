"""Sessions as rows: listed, ended one by one or all at once, by their owner, staff, or time."""

import datetime as dt

import pytest
from django.contrib.admin import site
from django.test import RequestFactory

from accounts.models import Device, Freeze, NotMeLink, Session, User
from accounts.services import retention, staff
from accounts.states import SessionEnd
from accounts.tests.test_staff import log_in as staff_log_in
from accounts.tests.test_staff import member
from accounts.tests.visitor import Visitor
from evidence.models import Record

pytestmark = pytest.mark.django_db


def is_in(visitor):
    return visitor.client.get("/account/").status_code == 200


def second_browser(visitor, clock):
    clock.pass_(minutes=2)
    return Visitor(visitor.phone, address="198.51.100.9").log_in()


def row(visitor):
    return Session.objects.get(pk=visitor.client.session["session_row"])


def test_a_session_is_a_row_with_what_proved_it(visitor):
    visitor.log_in()
    opened = row(visitor)
    assert (opened.user, opened.ways, opened.label) == (visitor.user, ["sms"], "Safari · iPhone")
    assert opened.device == Device.objects.get() and opened.login is not None
    assert opened.ended_at is None


def test_no_key_of_a_session_is_kept_twice(visitor):
    visitor.log_in()
    key = visitor.client.session.session_key
    values = {str(value) for line in Session.objects.values_list() for value in line}
    assert key not in values


def test_one_is_ended_and_out_at_its_next_request(visitor, clock):
    visitor.log_in()
    other = second_browser(visitor, clock)
    answer = visitor.client.post(f"/account/sessions/{row(other).pk}/end/")
    assert answer.url == "/account/sessions/"
    assert not is_in(other) and is_in(visitor)
    ended = Session.objects.get(user=visitor.user, ended_at__isnull=False)
    assert ended.end == SessionEnd.BY_OWNER
    assert Record.objects.filter(kind="accounts.session.ended", subject=str(ended.pk)).exists()


def test_an_ended_session_is_not_used_again_by_its_old_cookie(visitor, clock):
    visitor.log_in()
    other = second_browser(visitor, clock)
    stolen = other.client.cookies["sessionid"].value
    visitor.client.post(f"/account/sessions/{row(other).pk}/end/")
    assert not is_in(other)
    other.client.cookies["sessionid"] = stolen
    assert not is_in(other)


def test_nobody_ends_the_session_of_somebody_else(visitor, clock):
    visitor.log_in()
    stranger = Visitor("13911112222").log_in()
    answer = stranger.client.post(f"/account/sessions/{row(visitor).pk}/end/")
    assert answer.status_code == 404
    assert is_in(visitor)


def test_a_stranger_with_wrong_codes_ends_nothing(visitor, clock):
    visitor.log_in()
    clock.pass_(minutes=2)
    stranger = Visitor(visitor.phone, address="198.51.100.9")
    stranger.ask()
    for _ in range(6):
        stranger.enter("000000" if stranger.code != "000000" else "000001")
    assert is_in(visitor)


def test_all_others_end_at_once_and_this_one_stays(visitor, clock):
    visitor.log_in()
    others = [second_browser(visitor, clock) for _ in range(2)]
    visitor.client.post("/account/sessions/end/")
    assert is_in(visitor) and not any(is_in(other) for other in others)
    assert Session.objects.filter(ended_at__isnull=True).count() == 1


def test_the_list_shows_who_is_in_and_which_one_this_is(visitor, clock):
    visitor.log_in()
    other = second_browser(visitor, clock)
    page = visitor.client.get("/account/sessions/").content.decode()
    assert page.count("/end/") == 3  # two sessions, and all others
    assert str(row(other).pk) in page and str(row(visitor).pk) in page
    clock.pass_(minutes=14)
    is_in(other)
    clock.pass_(minutes=2, seconds=30)
    is_in(other)
    listed = other.client.get("/account/sessions/").content.decode()
    assert str(row(other).pk) in listed
    assert str(Session.objects.earliest("began_at").pk) not in listed  # idled away


def test_that_it_was_seen_is_written_once_a_minute(visitor, clock, django_assert_num_queries):
    visitor.log_in()
    began = row(visitor).seen_at
    clock.pass_(seconds=30)
    is_in(visitor)
    assert row(visitor).seen_at == began
    clock.pass_(seconds=40)
    is_in(visitor)
    assert row(visitor).seen_at > began


def test_logging_out_and_idling_end_the_row(visitor, clock):
    visitor.log_in()
    visitor.client.post("/logout/")
    assert Session.objects.get().end == SessionEnd.LOGGED_OUT
    other = second_browser(visitor, clock)
    clock.pass_(minutes=16)
    assert not is_in(other)
    assert Session.objects.latest("began_at").end == SessionEnd.OVER


def test_ending_the_own_session_is_logging_out(visitor):
    visitor.log_in()
    answer = visitor.client.post(f"/account/sessions/{row(visitor).pk}/end/")
    assert answer.url == "/" and not is_in(visitor)


def test_a_session_from_before_gets_a_row_and_keeps_its_times(visitor, clock):
    visitor.log_in()
    session = visitor.client.session
    del session["session_row"]
    session.save()
    started = session["started_at"]
    clock.pass_(minutes=5)
    assert is_in(visitor)
    assert visitor.client.session["started_at"] == started
    assert Session.objects.count() == 2


def test_the_key_differs_after_each_step_up_and_the_row_stays(visitor, clock):
    visitor.log_in()
    keys, kept = {visitor.client.session.session_key}, row(visitor).pk
    for _ in range(3):
        clock.pass_(minutes=11)
        visitor.client.post("/login/confirm/", {"purpose": "consent", "next": "/account/"})
        visitor.enter()
        keys.add(visitor.client.session.session_key)
        assert row(visitor).pk == kept
    assert len(keys) == 4


def test_staff_sessions_are_rows_too_and_last_eight_hours(client, clock):
    member(clock)
    staff_log_in(client)
    opened = Session.objects.get()
    assert opened.ways == ["password", "app"]
    for _ in range(47):
        clock.pass_(minutes=10)
        assert client.get("/staff/tickets/").status_code != 302 or "/passkeys/" in (
            client.get("/staff/tickets/").url
        )
    clock.pass_(minutes=15)
    assert "/staff/login/" in client.get("/staff/tickets/").url
    opened.refresh_from_db()
    assert opened.end == SessionEnd.OVER


def test_a_disabled_person_is_out_and_an_administrator_ends_sessions(visitor, clock, rf):
    """ASVS 7.4.2 and 7.4.5."""
    visitor.log_in()
    other = second_browser(visitor, clock)
    request = RequestFactory().post("/admin/")
    request.user = member(clock)
    model_admin = site._registry[Session]
    assert model_admin.has_invite_permission(request)
    model_admin.end_chosen(request, Session.objects.filter(pk=row(other).pk))
    assert not is_in(other) and is_in(visitor)
    site._registry[User].end_sessions(request, User.objects.filter(pk=visitor.user.pk))
    assert not is_in(visitor)
    assert {kept.end for kept in Session.objects.filter(user=visitor.user)} == {SessionEnd.BY_STAFF}
    third = second_browser(visitor, clock)
    staff.set_active(user=visitor.user, active=False, by=request.user, now=clock())
    assert not is_in(third)


@pytest.mark.parametrize("role", ["auditor", "loan_officer", "compliance_officer"])
def test_only_administrators_end_sessions(clock, role):
    request = RequestFactory().post("/admin/")
    request.user = member(clock, role=role)
    assert not site._registry[Session].has_invite_permission(request)


def test_what_has_served_is_forgotten_and_what_is_open_stays(visitor, clock):
    visitor.log_in()
    user, now = visitor.user, clock()
    old = now - dt.timedelta(days=181)
    Session.objects.update(seen_at=old)
    Device.objects.update(last_seen_at=now - dt.timedelta(days=401))
    over = Freeze.objects.create(
        user=user, reason="not_me", frozen_at=old, thawed_at=old, thawed_how="owner"
    )
    still = Freeze.objects.create(user=user, reason="not_me", frozen_at=old)
    NotMeLink.objects.create(token_hash="x", user=user, created_at=old, expires_at=old)
    retention.forget(now=now)
    assert not Session.objects.exists() and not Device.objects.exists()
    assert not NotMeLink.objects.exists()
    assert set(Freeze.objects.all()) == {still} and over.pk != still.pk
