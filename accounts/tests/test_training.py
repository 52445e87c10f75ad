"""Work opens when the security training was read; once a year, and for everybody."""

import datetime as dt
import re

import pytest
from django.test import Client
from django.urls import reverse
from django_otp.oath import totp

from accounts import training
from accounts.models import Authenticator, TrainingAcknowledged, User
from accounts.roles import STAFF, Role
from accounts.services import staff
from accounts.tests.visitor import Visitor, fresh_phone
from evidence.models import Record
from portal.tests.test_pages import EXAMPLES, PUBLIC, patterns

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse battery staple"
RIGHT = {question.name: question.right for question in training.QUESTIONS}
PAGE = "/staff/training/"


def invited(clock, role=Role.ADMINISTRATOR, username="lin"):
    """A member of staff as they come to be in real life, in a browser with both factors."""
    token = staff.invite(username=username, role=role, by=None, now=clock())
    client = Client()
    secret = bytes(Authenticator.objects.get(user__username=username).secret)
    form = {"password": PASSWORD, "otp_token": f"{totp(secret):06d}"}
    assert client.post(f"/staff/invitation/{token}/", form).status_code == 302
    log_in(client, secret, username)
    return client


def log_in(client, secret, username="lin", onward=""):
    Authenticator.objects.filter(user__username=username).update(last_step=-1)
    client.post(f"/staff/login/{onward}", {"username": username, "password": PASSWORD})
    answer = client.post("/staff/login/token/", {"otp_token": f"{totp(secret):06d}"})
    assert answer.status_code == 302, answer.content.decode()
    return answer


def waits(client, path="/admin/"):
    answer = client.get(path)
    return answer.status_code == 302 and answer.url.startswith(PAGE)


def made(clock, role=Role.ADMINISTRATOR):
    """One of the demonstrations and the tests."""
    user = staff.create(
        username="demo", role=role, password=PASSWORD, secret=b"1" * 20, now=clock()
    )
    client = Client()
    log_in(client, b"1" * 20, "demo")
    return client, user


def test_whoever_was_invited_reads_before_working(clock):
    client = invited(clock)
    assert waits(client)
    page = client.get(PAGE).content.decode()
    assert all(f'name="{name}"' in page for name in RIGHT)
    assert client.post(f"{PAGE}?next=/admin/", RIGHT).url == "/admin/"
    assert client.get("/admin/").status_code == 200
    row = TrainingAcknowledged.objects.get()
    assert row.version == training.VERSION
    assert row.valid_until - row.at == dt.timedelta(days=365)
    record = Record.objects.get(kind="accounts.training.acknowledged")
    assert record.body == {"version": training.VERSION}


def test_demonstration_staff_have_read_it(clock):
    client, _user = made(clock)
    assert client.get("/admin/").status_code == 200


@pytest.mark.parametrize("role", sorted(STAFF))
def test_every_role_reads_it(clock, role):
    client = invited(clock, role)
    assert waits(client, "/staff/tickets/")


def test_no_page_of_work_opens_before(clock):
    """Every address that wants a login, the admin's included."""
    client = invited(clock)
    names = 0
    for name, part in patterns():
        if name in PUBLIC or not getattr(part.callback, "login_required", True):
            continue
        if name in {"accounts:staff-training", "accounts:logout"}:
            continue
        kinds = part.pattern.converters
        given = {
            key: EXAMPLES[type(kind).__name__.removesuffix("Converter").lower()]
            for key, kind in kinds.items()
        }
        path = reverse(name, kwargs=given)
        for answer in (client.get(path), client.post(path)):
            assert answer.status_code == 302 and PAGE in answer.url, path
        names += 1
    assert names > 80
    assert waits(client, "/admin/accounts/user/")


def test_public_pages_stay_open(clock):
    client = invited(clock)
    assert client.get("/help/").status_code == 200
    assert client.get("/status/").status_code == 200


def test_logging_out_needs_no_training(clock):
    client = invited(clock)
    assert client.post("/logout/").url == "/"
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("name", sorted(RIGHT))
def test_one_wrong_answer_acknowledges_nothing_and_is_named(clock, name):
    client = invited(clock)
    question = next(each for each in training.QUESTIONS if each.name == name)
    other = next(answer for answer in question.answers if answer != question.right)
    page = client.post(PAGE, {**RIGHT, name: other}).content.decode()
    assert f'id="id_{name}_error"' in page and len(re.findall('_error"', page)) >= 1
    assert not TrainingAcknowledged.objects.exists() and waits(client)


@pytest.mark.parametrize("form", [{}, {"code": "nonsense"}, {**RIGHT, "code": ""}])
def test_nothing_answered_acknowledges_nothing(clock, form):
    client = invited(clock)
    assert client.post(PAGE, form).status_code == 200
    assert not TrainingAcknowledged.objects.exists()


def test_a_year_later_it_is_read_again(clock):
    client = invited(clock)
    client.post(PAGE, RIGHT)
    secret = bytes(Authenticator.objects.get().secret)
    TrainingAcknowledged.objects.update(valid_until=clock() + dt.timedelta(hours=1))
    client.post("/logout/")
    log_in(client, secret)
    assert client.get("/admin/").status_code == 200
    clock.pass_(minutes=14)
    assert client.get("/admin/").status_code == 200
    for _ in range(4):
        clock.pass_(minutes=13)
        answer = client.get("/admin/")
    assert answer.status_code == 302 and answer.url.startswith(PAGE)


def test_a_new_version_is_asked_of_everybody_at_once(clock, monkeypatch):
    client, _user = made(clock)
    assert client.get("/admin/").status_code == 200
    monkeypatch.setattr(training, "VERSION", "2027-01")
    assert waits(client)


def test_another_persons_acknowledgment_counts_for_nobody_else(clock):
    first = invited(clock)
    first.post(PAGE, RIGHT)
    second = invited(clock, username="sun")
    assert waits(second)


def test_without_the_second_factor_the_page_stays_closed(clock):
    client = Client()
    user = staff.create(
        username="demo", role=Role.ADMINISTRATOR, password=PASSWORD, secret=b"1" * 20, now=clock()
    )
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(PAGE).status_code in (302, 403)
    borrower = Visitor(fresh_phone()).log_in()
    assert borrower.client.get(PAGE).status_code == 403
    assert Client().get(PAGE).status_code == 302


def test_it_leads_on_to_no_other_site(clock):
    client = invited(clock)
    assert client.post(f"{PAGE}?next=https://evil.example/", RIGHT).url == "/"


def test_an_invitation_acknowledges_nothing(clock):
    staff.invite(username="lin", role=Role.AUDITOR, by=None, now=clock())
    assert not TrainingAcknowledged.objects.filter(user=User.objects.get()).exists()


@pytest.mark.parametrize("language", ["", "/en"])
def test_the_text_names_what_was_learnt_the_hard_way(clock, language):
    client = invited(clock)
    page = client.get(f"{language}{PAGE}").content.decode()
    assert page.count("<h2>") >= 6


def test_the_right_answer_is_not_always_in_the_same_place():
    places = {list(each.answers).index(each.right) for each in training.QUESTIONS}
    assert len(places) > 1
