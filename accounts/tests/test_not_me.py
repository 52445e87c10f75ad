"""“It was not me”: by a link, without a login, by a press and never by looking."""

import json
import re

import pytest
from django.test import Client

from accounts import texts
from accounts.models import Delivery, Device, Freeze, Login, NotMeLink, PhoneChange, Session, User
from accounts.selectors import email_hash
from accounts.services import freezing
from accounts.states import LoginState, PhoneChangeState, SessionEnd
from accounts.tests.visitor import Visitor
from evidence.models import Record
from simulators.sms_templates import TEMPLATES

pytestmark = pytest.mark.django_db


def is_in(visitor):
    return visitor.client.get("/account/").status_code == 200


@pytest.fixture
def owner(visitor):
    visitor.log_in()
    address = "wang@example.com"
    User.objects.filter(pk=visitor.user.pk).update(email=address, email_hash=email_hash(address))
    return visitor


@pytest.fixture
def thief(owner, clock):
    clock.pass_(minutes=2)
    return Visitor(owner.phone, address="198.51.100.9").log_in()


def words(message):
    return texts.render(message.kind, json.loads(message.context), message.language)


def link(channel="email"):
    """As it stands in the message."""
    message = Delivery.objects.get(kind="accounts.new_browser", channel=channel)
    text = words(message)
    if channel == "sms":
        filed = TEMPLATES[text.sms_template]
        return re.search(r"https?://[^/]+(/\S+)", filed)[1].replace(
            "${key}", text.sms_values["key"]
        )
    return re.search(r"https?://[^/]+(/\S+)", text.body)[1]


def test_looking_at_the_link_changes_nothing(owner, thief):
    """Mail scanners open every link, some with HEAD, some again and again."""
    stranger = Client()
    for method in (stranger.get, stranger.head, stranger.get):
        assert method(link()).status_code == 200
    assert is_in(owner) and is_in(thief)
    assert not Freeze.objects.exists() and NotMeLink.objects.get().used_at is None


def test_one_press_ends_every_session_forgets_the_browser_and_freezes(owner, thief, clock):
    new = Session.objects.get(pk=thief.client.session["session_row"])
    page = Client().get(link()).content.decode()
    assert new.label in page and owner.phone not in page and "example.com" not in page
    assert Client().post(link()).status_code == 200
    assert not is_in(owner) and not is_in(thief)
    assert {row.end for row in Session.objects.all()} == {SessionEnd.FROZEN}
    assert not Device.objects.filter(pk=new.device_id).exists()
    assert Device.objects.filter(user=owner.user).count() == 1  # the owner's own is still known
    assert Login.objects.get(pk=new.login_id).state == LoginState.REFUSED
    assert freezing.frozen(user=owner.user, now=clock())
    assert Record.objects.filter(kind="accounts.user.frozen").count() == 1


def test_phone_and_mailbox_have_the_same_link(owner, thief):
    assert link("sms") == link("email")
    assert Client().post(link("sms")).status_code == 200
    assert Freeze.objects.get().user == owner.user


def test_logins_that_wait_are_refused_too(owner, thief, clock):
    held, second = (
        Login.objects.create(user=owner.user, label="x", state=state, created_at=clock())
        for state in (LoginState.HELD, LoginState.SECOND)
    )
    Client().post(link())
    for login in (held, second):
        login.refresh_from_db()
        assert login.state == LoginState.REFUSED


def test_a_number_that_waits_is_stopped(owner, thief, clock):
    PhoneChange.objects.create(
        user=owner.user,
        phone="13900000001",
        phone_hash="x",
        state=PhoneChangeState.WAITING,
        created_at=clock(),
        due_at=clock(),
    )
    Client().post(link())
    assert PhoneChange.objects.get().state == PhoneChangeState.STOPPED
    assert PhoneChange.objects.get().phone == ""


def test_a_replayed_link_does_not_freeze_again(owner, thief, clock):
    address = link()
    Client().post(address)
    freezing.end(user=owner.user, how="owner", by=None, now=clock())
    assert Client().post(address).status_code == 200
    assert not freezing.frozen(user=owner.user, now=clock())


@pytest.mark.parametrize("token", ["x", "a" * 22, "a" * 500, "../login"])
def test_a_link_that_was_never_sent_does_nothing(owner, thief, token):
    for method in (Client().get, Client().post):
        assert method(f"/n/{token}/").status_code in {404, 302}
    assert is_in(owner) and not Freeze.objects.exists()


def test_after_ten_days_it_is_only_words(owner, thief, clock):
    address = link()
    clock.pass_(days=9, hours=23)
    assert Client().get(address).status_code == 200
    clock.pass_(hours=2)
    assert Client().get(address).status_code == 404
    assert Client().post(address).status_code == 404
    assert not Freeze.objects.exists()


def test_only_the_hash_of_the_link_is_kept(owner, thief):
    token = link().rstrip("/").split("/")[-1]
    assert len(token) == 22
    row = NotMeLink.objects.values_list().get()
    assert token not in {str(value) for value in row}


def test_without_the_forms_token_nothing_is_accepted(owner, thief):
    careful = Client(enforce_csrf_checks=True)
    assert careful.post(link()).status_code == 403
    careful.get(link())
    form = {"csrfmiddlewaretoken": careful.cookies["csrftoken"].value}
    assert careful.post(link(), form).status_code == 200
    assert Freeze.objects.exists()


def test_in_english_it_leads_to_the_english_page(owner, clock):
    User.objects.filter(pk=owner.user.pk).update(language="en")
    clock.pass_(minutes=2)
    Visitor(owner.phone, address="198.51.100.9").log_in()
    assert link().startswith("/en/n/") and link("sms") == link()


def test_a_change_of_the_email_address_is_told_to_the_old_one_with_a_link(owner, clock):
    owner.client.post("/account/email/", {"email": "new@example.com"})
    owner.enter()
    assert owner.user.email == "new@example.com"
    sent = Delivery.objects.filter(kind="accounts.account_changed")
    assert {(m.channel, m.address) for m in sent} == {
        ("sms", owner.phone),
        ("email", "wang@example.com"),
    }
    address = re.search(r"https?://[^/]+(/\S+)", words(sent.get(channel="email")).body)[1]
    Client().post(address)
    assert not is_in(owner) and freezing.frozen(user=owner.user, now=clock())
    # The browser of the change itself is the owner's own as far as anybody knows.
    assert Device.objects.filter(user=owner.user).count() == 1
