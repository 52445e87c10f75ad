"""Subscriptions to the service status: proved by a code, told once, ended without a trace."""

import datetime as dt
import re
import uuid

import pytest
from django.test import Client
from django.utils import timezone

from accounts.codes import code_for
from accounts.models import Delivery, LoginChallenge
from accounts.selectors import serves
from accounts.states import Channel, Purpose
from accounts.tests.visitor import wrong
from complaints.models import IncidentUpdate, Subscription, SubscriptionNotice
from complaints.selectors import subscriptions as selectors
from complaints.services import subscriptions
from complaints.states.incidents import IncidentState
from evidence.models import Record
from portal.work.models import Work
from portal.work.states import Priority

PHONE, MAIL = "13912345678", "somebody@example.com"
PAGE, CODE = "/en/status/subscribe/", "/en/status/subscribe/code/"


class Subscriber:
    """A browser at the subscription page; the code is derived as the sender derives it."""

    def __init__(self):
        self.client = Client(REMOTE_ADDR="203.0.113.9")

    def ask(self, address=PHONE, act="begin", **fields):
        return self.client.post(PAGE, {"address": address, "act": act, **fields})

    @property
    def code(self):
        kept = self.client.session["subscription_waits"]["challenge"]
        return code_for(uuid.UUID(kept), Purpose.STATUS)

    def enter(self, code=None):
        return self.client.post(CODE, {"code": code or self.code})


@pytest.fixture
def subscriber(db):
    return Subscriber()


def subscribe(address=PHONE, **fields) -> Subscription:
    subscriber = Subscriber()
    assert subscriber.ask(address, **fields).status_code == 302
    assert subscriber.enter().status_code == 302
    return Subscription.objects.latest("confirmed_at")


@pytest.fixture
def said(outage):
    """What is said about an incident a moment after somebody subscribed."""

    def say(text="We are looking for the cause.", *, incident=None, ago=dt.timedelta()):
        return IncidentUpdate.objects.create(
            incident=incident or outage(),
            state=IncidentState.INVESTIGATING,
            text_zh="正在查明原因。",
            text_en=text,
            at=timezone.now() - ago,
        )

    return say


def tell(update) -> int:
    return subscriptions.tell(update=update, now=timezone.now())


@pytest.mark.parametrize(
    ("address", "channel"), [(PHONE, Channel.SMS), (f" {MAIL} ", Channel.EMAIL)]
)
def test_the_code_goes_to_the_address_and_nothing_is_kept_before_it(subscriber, address, channel):
    assert subscriber.ask(address)["Location"] == CODE
    delivery = Delivery.objects.get()
    assert (delivery.channel, delivery.address) == (channel, address.strip())
    assert delivery.kind == "accounts.status" and not Subscription.objects.exists()
    answer = subscriber.enter()
    kept = Subscription.objects.get()
    assert answer["Location"].endswith(f"/{kept.pk}/{selectors.word(kept)}/")
    assert (kept.channel, kept.address, kept.language) == (channel, address.strip(), "en")
    assert Record.objects.filter(kind="complaints.subscription.confirmed").count() == 1


def test_a_wrong_code_subscribes_nobody(subscriber):
    subscriber.ask()
    answer = subscriber.enter(wrong(subscriber.code))
    assert answer.status_code == 200 and "not right" in answer.content.decode()
    assert not Subscription.objects.exists()


def test_another_browser_cannot_enter_the_code(subscriber):
    subscriber.ask()
    stranger = Subscriber()
    answer = stranger.client.post(CODE, {"code": subscriber.code})
    assert answer["Location"] == PAGE and not Subscription.objects.exists()


def test_who_is_subscribed_is_answered_like_who_is_not(subscriber):
    subscribe(MAIL)
    LoginChallenge.objects.all().delete()  # and with it the minute until the next code
    known, unknown = Subscriber(), Subscriber()
    for act in ("begin", "end"):
        LoginChallenge.objects.all().delete()
        answers = [known.ask(MAIL, act), unknown.ask("nobody@example.com", act)]
        assert len({(a.status_code, a["Location"]) for a in answers}) == 1
        pages = [one.client.get(CODE).content.decode() for one in (known, unknown)]
        plain = [re.sub(r"csrf\w+\" value=\"\w+\"|<strong.*?</strong>", "", page) for page in pages]
        assert plain[0] == plain[1]


def test_asking_often_wants_a_captcha_and_a_number_gets_one_code_a_minute(subscriber, settings):
    subscriber.ask()
    assert subscriber.ask().status_code == 429
    settings.CAPTCHA_AFTER_NETWORK = 1
    answer = subscriber.ask("13912345679", components=["bureau"])
    page = answer.content.decode()
    assert "captcha_id" in page and Delivery.objects.count() == 1
    assert re.search(r'value="bureau"[^>]* checked', page)  # what was ticked stays ticked


def test_the_code_can_be_sent_again_after_a_minute(subscriber):
    subscriber.ask(MAIL)
    answer = subscriber.client.post(f"{CODE}again/")
    assert answer.status_code == 429 and "already on its way" in answer.content.decode()
    minute = dt.timedelta(seconds=61)
    LoginChallenge.objects.update(sent_at=timezone.now() - minute)
    Delivery.objects.update(created_at=timezone.now() - minute)
    assert subscriber.client.post(f"{CODE}again/")["Location"] == CODE
    assert [d.address for d in Delivery.objects.all()] == [MAIL, MAIL]
    assert subscriber.enter().status_code == 302


def test_a_code_for_status_messages_proves_no_account(subscriber):
    subscriber.ask()
    subscriber.enter()
    challenge = LoginChallenge.objects.get()
    assert "_auth_user_id" not in subscriber.client.session
    assert not serves(challenge, purpose=Purpose.CONSENT)


@pytest.mark.django_db
def test_subscribing_again_changes_the_one_subscription():
    first = subscribe(MAIL, components=["bureau"])
    LoginChallenge.objects.all().delete()
    second = subscribe(MAIL.upper())
    assert Subscription.objects.count() == 1 and second.pk == first.pk and second.components == []


def test_it_ends_by_code_and_the_address_is_forgotten(subscriber):
    subscribe()
    LoginChallenge.objects.all().delete()
    subscriber.ask(act="end")
    assert subscriber.enter()["Location"] == "/en/status/subscribe/ended/"
    assert not Subscription.objects.exists()
    assert Record.objects.filter(kind="complaints.subscription.ended").count() == 1


@pytest.mark.django_db
def test_the_link_of_a_message_ends_it_with_a_post_and_never_with_a_look():
    kept = subscribe()
    path = f"/en/status/subscriptions/{kept.pk}/{selectors.word(kept)}/"
    page = Client().get(path).content.decode()
    assert PHONE not in page and Subscription.objects.exists()
    assert Client().get(f"/en/status/subscriptions/{kept.pk}/{'0' * 32}/").status_code == 404
    for _ in range(2):  # the second press says the same
        assert Client().post(path)["Location"] == "/en/status/subscribe/ended/"
    assert not Subscription.objects.exists()


@pytest.mark.django_db
def test_each_update_is_sent_once_to_each_behind_everything_fresh(said):
    kept = subscribe(MAIL)
    update = said()
    assert (tell(update), tell(update)) == (1, 0)
    delivery = Delivery.objects.get(kind=subscriptions.KIND)
    assert (delivery.address, delivery.channel) == (MAIL, Channel.EMAIL)
    work = Work.objects.get(subject=str(delivery.pk))
    assert work.priority == Priority.BACKLOG
    assert SubscriptionNotice.objects.get().subscription == kept
    second = said(incident=update.incident)
    assert tell(second) == 1


@pytest.mark.django_db
def test_nobody_is_told_of_what_was_said_before_or_of_other_parts(said, bureau):
    update = said(ago=dt.timedelta(minutes=1))
    subscribe()
    subscribe(MAIL, components=["login"])
    assert tell(update) == 0
    assert tell(said(incident=update.incident)) == 1  # all parts, and not only logging in
    assert Delivery.objects.get(kind=subscriptions.KIND).address == PHONE


@pytest.mark.django_db
def test_old_news_wakes_nobody_and_each_is_queued_once(said):
    update = said()
    said(incident=update.incident, ago=dt.timedelta(hours=7))
    for _ in range(2):
        subscriptions.announce_news(now=timezone.now())
    assert [w.subject for w in Work.objects.filter(kind=subscriptions.ANNOUNCE)] == [str(update.pk)]


@pytest.mark.django_db
def test_the_message_is_in_the_subscribers_language_and_holds_the_way_out(said):
    kept = subscribe(MAIL)
    context = subscriptions._context(said(), kept)
    assert context["text"] == "We are looking for the cause."
    assert context["link"].endswith("/en/status/IN-20261122-001/")
    assert context["stop"].endswith(f"/{kept.pk}/{selectors.word(kept)}/")
    assert len(context["short"]) <= 30
    kept.language = "zh-hans"
    chinese = subscriptions._context(IncidentUpdate.objects.get(), kept)
    assert chinese["text"] == "正在查明原因。" and "/en/" not in chinese["stop"]


@pytest.mark.django_db
def test_who_was_told_is_forgotten_after_a_month(said):
    subscribe()
    tell(said())
    subscriptions.forget(now=timezone.now() + dt.timedelta(days=29))
    assert SubscriptionNotice.objects.exists()
    subscriptions.forget(now=timezone.now() + dt.timedelta(days=31))
    assert not SubscriptionNotice.objects.exists()
