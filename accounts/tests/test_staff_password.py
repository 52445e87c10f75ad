"""A member of staff changes the own password."""

import pytest
from django.test import Client

from accounts.models import Delivery, User
from accounts.services import staff
from accounts.tests.test_staff import PASSWORD, log_in, member
from accounts.tests.visitor import Visitor, fresh_phone
from evidence.models import Record

pytestmark = pytest.mark.django_db
NEW = "seven green lamps at the river"
PAGE = "/staff/password/"


def change(client, present=PASSWORD, new=NEW):
    return client.post(PAGE, {"present": present, "password": new})


def test_the_new_one_opens_and_the_old_one_does_not(client, clock):
    user = member(clock)
    staff.set_email(user=user, email="chen@portal.example", now=clock())
    log_in(client)
    assert change(client).url == PAGE
    user.refresh_from_db()
    assert user.check_password(NEW) and not user.check_password(PASSWORD)
    assert client.get("/admin/").status_code == 200
    assert Delivery.objects.filter(kind="accounts.staff_password", user=user).count() == 1
    assert Record.objects.filter(kind="accounts.user.password_changed").count() == 1


def test_a_wrong_present_one_changes_nothing(client, clock):
    user = member(clock)
    log_in(client)
    page = change(client, present="wrong").content.decode()
    assert 'id="id_present_error"' in page
    user.refresh_from_db()
    assert user.check_password(PASSWORD)


def test_other_sessions_end(client, clock):
    member(clock)
    elsewhere = Client()
    log_in(elsewhere)
    User.objects.get().authenticator_set.update(last_step=-1)
    log_in(client)
    change(client)
    assert elsewhere.get("/admin/").status_code == 302
    assert client.get("/admin/").status_code == 200


def test_whoever_sits_at_an_open_session_guesses_five_times(client, clock):
    user = member(clock)
    log_in(client)
    for _ in range(5):
        change(client, present="wrong")
    assert change(client).status_code in (200, 429)
    user.refresh_from_db()
    assert user.check_password(PASSWORD)


@pytest.mark.parametrize("weak", ["short", "password1234", "chen chen chen"])
def test_a_weak_one_is_named(client, clock, weak):
    member(clock)
    log_in(client)
    assert 'id="id_password_error"' in change(client, new=weak).content.decode()


def test_it_is_for_staff_with_both_factors_alone(client, clock):
    client.force_login(member(clock), backend="django.contrib.auth.backends.ModelBackend")
    assert change(client).status_code in (302, 403)
    assert Visitor(fresh_phone()).log_in().client.get(PAGE).status_code == 403
    assert Client().get(PAGE).status_code == 302
