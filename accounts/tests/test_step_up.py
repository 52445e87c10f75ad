"""Step-up: a recent code serves, an old one does not; purposes and people are not mixed."""

from urllib.parse import urlencode

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from accounts.access import recent_code_required, recent_verification, safe_next
from accounts.codes import code_for
from accounts.models import LoginChallenge
from accounts.states import Purpose
from accounts.tests.visitor import Visitor, fresh_phone

pytestmark = pytest.mark.django_db


def request_of(visitor, path="/queries/?a=1"):
    request = RequestFactory().get(path)
    request.session, request.user = visitor.client.session, visitor.user
    return request


@recent_code_required(Purpose.CONSENT)
def signed(request):
    return HttpResponse(str(request.verification.pk))


def confirm(visitor, purpose="consent", onward="/account/"):
    form = {"purpose": purpose, "next": onward}
    return visitor.client.post("/login/confirm/", form)


def test_the_login_code_serves_for_ten_minutes(visitor, clock):
    visitor.log_in()
    challenge = LoginChallenge.objects.get()
    assert signed(request_of(visitor)).content.decode() == str(challenge.pk)
    clock.pass_(seconds=601)
    response = signed(request_of(visitor))
    query = urlencode({"purpose": "consent", "next": "/queries/?a=1"})
    assert response.url == f"/login/confirm/?{query}"


def test_a_step_up_says_what_for_and_comes_back(visitor, clock):
    visitor.log_in()
    clock.pass_(minutes=11)
    page = visitor.client.get("/en/login/confirm/?purpose=consent&next=/account/").content.decode()
    assert "agree to a query" in page
    assert LoginChallenge.objects.count() == 1  # nothing is sent by looking
    assert confirm(visitor).url == "/login/code/"
    challenge = visitor.challenge
    before = visitor.client.session.session_key
    assert visitor.enter().url == "/account/"
    assert visitor.client.session.session_key != before
    assert recent_verification(request_of(visitor), "consent", clock()) == challenge
    assert recent_verification(request_of(visitor), "download", clock()) == challenge


def test_whoever_changes_the_language_on_the_way_goes_on_in_it(visitor, clock):
    visitor.log_in()
    clock.pass_(minutes=11)
    confirm(visitor, onward="/queries/?a=1")
    answer = visitor.client.post("/en/login/code/", {"code": visitor.code})
    assert answer.url == "/en/queries/?a=1"


def test_a_fresh_code_needs_no_step_up(visitor):
    visitor.log_in()
    assert visitor.client.get("/login/confirm/?purpose=consent&next=/account/").url == "/account/"


def test_the_code_of_another_purpose_is_wrong(visitor, clock):
    visitor.log_in()
    clock.pass_(minutes=11)
    confirm(visitor)
    login_code = code_for(visitor.challenge.pk, Purpose.LOGIN)
    assert visitor.enter(login_code).status_code == 200
    assert visitor.challenge.used_at is None


def test_somebody_elses_verification_proves_nothing(clock, db):
    one, other = Visitor(fresh_phone()).log_in(), Visitor(fresh_phone()).log_in()
    session = other.client.session
    session["verification"] = one.client.session["verification"]
    session.save()
    assert recent_verification(request_of(other), "consent", clock()) is None


def test_a_step_up_after_logging_out_opens_nothing(visitor, clock):
    visitor.log_in()
    clock.pass_(minutes=11)
    confirm(visitor)
    code = visitor.code
    session = visitor.client.session
    del session["_auth_user_id"]
    session.save()
    assert visitor.enter(code).status_code == 200
    assert not visitor.logged_in


@pytest.mark.parametrize("purpose", ["", "login", "bind_email", "made-up"])
def test_only_step_up_purposes_have_a_page(visitor, purpose):
    visitor.log_in()
    assert visitor.client.get(f"/login/confirm/?purpose={purpose}").status_code == 404


@pytest.mark.parametrize(
    "wanted",
    [
        "https://evil.example/",
        "//evil.example",
        "javascript:alert(1)",
        "///x",
        "/\\x",
        "",
        None,
        "x",
    ],
)
def test_next_stays_on_this_site(wanted):
    assert safe_next(RequestFactory().get("/"), wanted, "/home/") == "/home/"


def test_next_keeps_its_query():
    assert safe_next(RequestFactory().get("/"), "/queries/?a=1", "/") == "/queries/?a=1"
