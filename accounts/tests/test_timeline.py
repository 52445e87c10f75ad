"""What a borrower reads about a message on its way, when another way is offered, and that the
script is told nothing else."""

import pytest
from django.utils import timezone

from accounts import selectors
from accounts.carriers import carrier_of
from accounts.models import Delivery
from accounts.selectors.vendors import route_name
from accounts.states import Channel, DeliveryState, Trouble, Vendor
from accounts.tests.conftest import Clock
from accounts.tests.visitor import Visitor, fresh_phone
from accounts.views.code import POLL_MS
from portal.routing.models import RouteTransition

pytestmark = pytest.mark.django_db
D = DeliveryState


@pytest.fixture
def clock(monkeypatch):
    """Stands still between two steps, however slow the machine is."""
    clock = Clock()
    begin = clock()
    monkeypatch.setattr(timezone, "now", lambda: begin + clock.ahead)
    return clock


def page(visitor):
    return visitor.client.get("/en/login/code/").content.decode()


def news(visitor):
    return visitor.client.get("/en/login/code/state.json").json()


def set_(visitor, **values):
    visitor.challenge.deliveries.update(**values)


def offered(visitor):
    """The way that the page offers; the script is told the same."""
    body = page(visitor)
    shown = [
        part.split('"')[0]
        for part in body.split('data-offer="')[1:]
        if "hidden" not in part.split(">")[0]
    ]
    assert shown == [news(visitor)["offer"]]
    return shown[0]


def test_each_step_is_shown_with_its_time(visitor, clock):
    visitor.ask()
    now = timezone.now()
    set_(visitor, state=D.DELIVERED, sent_at=now, accepted_at=now, received_at=now)
    steps = news(visitor)["messages"][0]["steps"]
    assert [step.split(" ", 1)[1] for step in steps.split(" · ")] == [
        "asked for",
        "handed over",
        "taken by the operator",
        "delivered",
    ]
    assert all(len(step.split(" ", 1)[0]) == 8 for step in steps.split(" · "))


@pytest.mark.parametrize("trouble", Trouble)
@pytest.mark.parametrize("state", [D.UNDELIVERED, D.REFUSED])
def test_every_trouble_is_said_in_words(visitor, trouble, state):
    visitor.ask()
    set_(visitor, state=state, trouble=trouble)
    message = news(visitor)["messages"][0]
    assert message["text"] == str(selectors.TROUBLES[trouble])
    assert (message["tone"], message["tag"]) == ("bad", "trouble")


def test_a_limit_says_when_the_next_one_goes(visitor, clock):
    visitor.ask()
    set_(visitor, state=D.REFUSED, trouble=Trouble.CAP, next_at=timezone.now())
    text = news(visitor)["messages"][0]["text"]
    assert text.startswith("The operator's limit for this number is reached. Possible again at ")


def test_what_the_script_is_told_stands_on_the_page(visitor, clock):
    visitor.ask()
    clock.pass_(seconds=21)
    visitor.again("voice")
    body, told = page(visitor), news(visitor)
    assert len(told["messages"]) == 2
    for message in told["messages"]:
        assert message["title"] in body
        assert message["text"].replace("'", "&#x27;") in body
        assert message["steps"] in body
    assert set(told) == {"messages", "offer", "down", "next_poll_ms"}
    assert visitor.phone not in str(told) and visitor.code not in str(told)


def test_after_twenty_seconds_without_a_receipt_the_next_way_is_offered(visitor, clock):
    visitor.ask()
    assert offered(visitor) == ""
    clock.pass_(seconds=19)
    set_(visitor, state=D.ACCEPTED, accepted_at=timezone.now())
    assert offered(visitor) == ""
    clock.pass_(seconds=2)
    assert offered(visitor) == "voice"


def test_one_after_the_other_is_offered(visitor, clock):
    visitor.ask()
    for expected in ("voice", "email"):
        clock.pass_(seconds=21)
        assert offered(visitor) == expected
        visitor.again(expected)
        assert offered(visitor) == ""
    clock.pass_(seconds=21)
    assert offered(visitor) == "app"


def test_a_message_that_arrived_offers_nothing(visitor, clock):
    visitor.ask()
    set_(visitor, state=D.DELIVERED, received_at=timezone.now())
    clock.pass_(minutes=2)
    assert offered(visitor) == ""


@pytest.mark.parametrize("state", [D.UNKNOWN, D.UNDELIVERED, D.REFUSED, D.DROPPED])
def test_trouble_offers_the_next_way_at_once(visitor, clock, state):
    visitor.ask()
    trouble = Trouble.OFF if state == D.UNDELIVERED else ""
    set_(visitor, state=state, trouble=trouble)
    assert offered(visitor) != ""


def test_with_the_operators_down_every_other_way_stands_on_the_page(visitor, clock):
    """No call is offered, which goes the same way; at 200, with the field as ever."""
    visitor.ask()
    set_(visitor, state=D.PREPARED, trouble=Trouble.VENDOR)
    answer = visitor.client.get("/en/login/code/")
    body = answer.content.decode()
    assert answer.status_code == 200 and 'name="code"' in body
    assert "<details data-down open>" in body
    assert "way=app" in body and "way=backup" in body and 'value="email"' in body
    assert offered(visitor) == "email" and news(visitor)["down"] is True


def cut_off(channel, clock, to="open"):
    for epoch, vendor in enumerate(Vendor, start=1):
        name = route_name(vendor, channel, carrier_of("13900000000"))
        RouteTransition.objects.create(
            route=name, to_state=to, from_state="closed", epoch=epoch, at=timezone.now()
        )


def test_with_every_route_cut_off_the_first_page_offers_what_is_left(visitor, clock):
    """Before any vendor was tried for this message."""
    cut_off("sms", clock)
    visitor.ask()
    answer = visitor.client.get("/en/login/code/")
    assert answer.status_code == 200
    assert "<details data-down open>" in answer.content.decode()
    assert offered(visitor) == "email"


def test_no_call_is_offered_where_nobody_calls(visitor, clock):
    cut_off("voice", clock)
    visitor.ask()
    clock.pass_(seconds=21)
    assert offered(visitor) == "email" and news(visitor)["down"] is False


def test_a_switch_to_another_operator_is_one_message_more_and_no_new_wait(visitor, clock):
    visitor.ask()
    clock.pass_(seconds=15)
    first = Delivery.objects.get()
    set_(visitor, state=D.UNDELIVERED, trouble=Trouble.SILENT)
    Delivery.objects.create(
        replaces=first,
        challenge=first.challenge,
        kind=first.kind,
        language="en",
        channel=Channel.SMS,
        address_hash=first.address_hash,
        created_at=timezone.now(),
    )
    newest, older = news(visitor)["messages"]
    assert newest["steps"].endswith("switched to another operator")
    assert newest["text"] == "We are sending it by another operator."
    assert older["tone"] == "bad"
    assert offered(visitor) == ""
    clock.pass_(seconds=6)
    assert offered(visitor) == "voice"


@pytest.mark.parametrize("state", D)
def test_before_login_an_email_reads_the_same_whatever_became_of_it(visitor, clock, state):
    visitor.ask()
    clock.pass_(seconds=1)
    visitor.again("email")
    Delivery.objects.filter(channel=Channel.EMAIL).update(
        state=state,
        sent_at=timezone.now(),
        accepted_at=timezone.now(),
        received_at=timezone.now(),
        trouble="vendor",
    )
    newest = news(visitor)["messages"][0]
    assert newest["text"] == str(selectors.EMAIL_BEFORE_LOGIN)
    assert newest["tone"] == "" and " · " not in newest["steps"]
    assert offered(visitor) == ""
    clock.pass_(seconds=21)
    assert offered(visitor) == "voice"


def test_the_script_of_no_login_is_told_nothing(client):
    assert client.get("/login/code/state.json").status_code == 404


def test_nothing_is_asked_for_once_the_code_is_dead(visitor, clock):
    visitor.ask()
    assert news(visitor)["next_poll_ms"] == POLL_MS
    clock.pass_(seconds=301)
    assert news(visitor)["next_poll_ms"] == 0
    assert "data-code" not in page(visitor)


def test_the_other_browser_sees_no_message_of_this_one(visitor):
    visitor.ask()
    other = Visitor(fresh_phone())
    other.ask()
    assert len(news(other)["messages"]) == 1


def test_asking_again_names_the_moment_of_its_own_channel(visitor, clock):
    visitor.ask()
    clock.pass_(seconds=50)
    visitor.again("voice")
    assert "Possible after" in page(visitor)
    clock.pass_(seconds=11)  # the call is younger than a minute, the text message is not
    assert "Possible after" not in page(visitor)
    assert visitor.again().status_code == 302
