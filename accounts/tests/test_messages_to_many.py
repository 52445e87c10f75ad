"""One message to many people: each on their own channel, in their own language, behind codes."""

import pytest

from accounts.models import Delivery, User
from accounts.selectors import phone_hash
from accounts.services import messages
from accounts.states import Channel, DeliveryState
from accounts.tests.visitor import fresh_phone
from portal.work.models import Work
from portal.work.states import Lane, Priority, WorkState
from portal.work.tasks import drain

pytestmark = pytest.mark.django_db
KIND = "creditquery.query_delayed"


@pytest.fixture
def someone(clock):
    def make(**values):
        phone = fresh_phone()
        return User.objects.create(
            phone=phone, phone_hash=phone_hash(phone), joined_at=clock(), **values
        )

    return make


def tell(clock, *people):
    rows = ((person, {"no": f"{number:04d}"}) for number, person in enumerate(people))
    return messages.send_many(rows=rows, kind=KIND, now=clock())


def test_each_gets_one_on_the_channel_and_in_the_language_chosen(clock, outside, someone):
    by_phone, english = someone(), someone(language="en")
    by_mail = someone(email="li@example.com", email_hash="h", prefers_email=True)
    assert tell(clock, by_phone, english, by_mail) == 3
    clock.pass_(seconds=1)
    drain("message", seconds=60)
    assert "尾号0000" in outside.messages("phone", by_phone.phone)[-1]["text"]
    assert "ending in 0001" in outside.messages("phone", english.phone)[-1]["text"]
    mail = Delivery.objects.get(user=by_mail)
    assert (mail.channel, mail.address) == (Channel.EMAIL, "li@example.com")
    assert {row.state for row in Delivery.objects.all()} == {DeliveryState.ACCEPTED}


def test_a_thousand_take_a_few_statements(clock, someone, django_assert_max_num_queries):
    person = someone()
    with django_assert_max_num_queries(20):
        assert tell(clock, *[person] * 1001) == 1001
    assert Work.objects.filter(lane=Lane.MESSAGE, priority=Priority.BACKLOG).count() == 1001


def test_what_the_vendor_refuses_is_not_tried_again(clock, outside, someone):
    """Its cap for one number, and its black list, answer the same way however often it is asked."""
    blocked = User.objects.create(phone="13600098003", phone_hash="b", joined_at=clock())
    tell(clock, blocked)
    drain("message", seconds=60)
    refused = Delivery.objects.get(user=blocked)
    assert (refused.state, refused.error_code) == ("refused", "isv.BLACK_KEY_CONTROL_LIMIT")
    assert Work.objects.get(subject=str(refused.pk)).state == WorkState.DONE
