"""A captcha stands before the send once a number or a network has asked often."""

import io
import re
import uuid

import pytest
from django.utils import timezone
from PIL import Image

from accounts import captcha
from accounts.models import Captcha, WrongCode
from accounts.services import captchas
from accounts.tests.visitor import Visitor, fresh_phone

pytestmark = pytest.mark.django_db


def test_the_fourth_browser_in_an_hour_must_answer(clock, phone):
    for _ in range(3):
        assert Visitor(phone).ask().status_code == 302
        clock.pass_(seconds=61)
    visitor = Visitor(phone)
    page = visitor.ask().content.decode()
    found = re.search(r'name="captcha_id" value="([^"]+)"', page)[1]
    picture = visitor.client.get(f"/login/captcha/{found}.png")
    assert picture["Content-Type"] == "image/png"
    assert Image.open(io.BytesIO(picture.content)).size == (captcha.WIDTH, captcha.HEIGHT)
    letters = captcha.letters(uuid.UUID(found))
    assert visitor.ask(captcha_id=found, captcha=letters.lower()).status_code == 302


def test_a_network_that_asked_often_must_answer(settings, clock):
    settings.CAPTCHA_AFTER_NETWORK = 3
    for _ in range(3):
        Visitor(fresh_phone(), address="198.51.100.7").ask()
    assert b"captcha_id" in Visitor(fresh_phone(), address="198.51.100.9").ask().content
    assert Visitor(fresh_phone(), address="192.0.2.1").ask().status_code == 302


def test_sprayed_wrong_codes_put_it_before_everybody(settings, clock, phone):
    settings.CAPTCHA_AFTER_WRONG = 3
    WrongCode.objects.bulk_create(WrongCode(account_hash=f"{n:064x}", at=clock()) for n in range(3))
    assert b"captcha_id" in Visitor(phone).ask().content
    clock.pass_(seconds=61)
    assert Visitor(phone).ask().status_code == 302


def test_the_question_in_words_is_as_good_as_the_picture():
    fresh = captchas.fresh(now=timezone.now())
    first, second = captcha._terms(fresh.pk)
    spent = captchas.spend(captcha_id=str(fresh.pk), answer=str(first + second), now=timezone.now())
    assert spent


def test_each_counts_once_right_or_wrong():
    now = timezone.now()
    for first_answer in ("wrong", None):
        fresh = captchas.fresh(now=now)
        right = captcha.letters(fresh.pk)
        captchas.spend(captcha_id=str(fresh.pk), answer=first_answer or right, now=now)
        assert not captchas.spend(captcha_id=str(fresh.pk), answer=right, now=now)


def test_it_grows_old(clock):
    fresh = captchas.fresh(now=clock())
    clock.pass_(minutes=11)
    answer = captcha.letters(fresh.pk)
    assert not captchas.spend(captcha_id=str(fresh.pk), answer=answer, now=clock())


@pytest.mark.parametrize("made_up", ["", "x", str(uuid.UUID(int=7))])
def test_a_made_up_one_is_none(made_up):
    assert not captchas.spend(captcha_id=made_up, answer="A", now=timezone.now())


def test_its_answer_is_not_in_the_row():
    fresh = captchas.fresh(now=timezone.now())
    assert captcha.letters(fresh.pk) not in str(Captcha.objects.values().get())


def test_a_spent_picture_is_gone(client):
    fresh = captchas.fresh(now=timezone.now())
    captchas.spend(captcha_id=str(fresh.pk), answer="", now=timezone.now())
    assert client.get(f"/login/captcha/{fresh.pk}.png").status_code == 404


def test_pictures_differ_and_one_stays_the_same():
    one, other = uuid.UUID(int=1), uuid.UUID(int=2)
    assert captcha.picture(one) == captcha.picture(one) != captcha.picture(other)
