"""What a borrower reads about a message on its way, when another way is offered, and that the
script is told nothing else."""

import pytest

from accounts import selectors
from accounts.models import Delivery
from accounts.states import Channel, DeliveryState, Trouble
from accounts.tests.visitor import Visitor, fresh_phone
from accounts.views.code import POLL_MS

pytestmark = pytest.mark.django_db
D = DeliveryState


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
    now = clock()
    set_(visitor, state=D.DELIVERED, sent_at=now, accepted_at=now, received_at=now)
    steps = news(visitor)["messages"][0]["steps"]
    assert [step.split(" ", 1)[1] for step in steps.split(" · ")] == [
        "asked for",
        "handed over",
        "accepted",
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
    set_(visitor, state=D.REFUSED, trouble=Trouble.CAP, next_at=clock())
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
    set_(visitor, state=D.ACCEPTED, accepted_at=clock())
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
    set_(visitor, state=D.DELIVERED, received_at=clock())
    clock.pass_(minutes=2)
    assert offered(visitor) == ""


@pytest.mark.parametrize("state", [D.UNKNOWN, D.UNDELIVERED, D.REFUSED, D.DROPPED])
def test_trouble_offers_the_next_way_at_once(visitor, state):
    visitor.ask()
    trouble = Trouble.OFF if state == D.UNDELIVERED else ""
    set_(visitor, state=state, trouble=trouble)
    assert offered(visitor) != ""


def test_with_the_operators_down_every_other_way_stands_on_the_page(visitor):
    """No call is offered, which goes the same way; at 200, with the field as ever."""
    visitor.ask()
    set_(visitor, state=D.PREPARED, trouble=Trouble.VENDOR)
    answer = visitor.client.get("/en/login/code/")
    body = answer.content.decode()
    assert answer.status_code == 200 and 'name="code"' in body
    assert "<details data-down open>" in body
    assert "way=app" in body and "way=backup" in body and 'value="email"' in body
    assert offered(visitor) == "email" and news(visitor)["down"] is True


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
        created_at=clock(),
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
    visitor.again("email")
    Delivery.objects.filter(channel=Channel.EMAIL).update(
        state=state, sent_at=clock(), accepted_at=clock(), received_at=clock(), trouble="vendor"
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
