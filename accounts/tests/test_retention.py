"""What has served is deleted; what proves a login stays."""

import pytest

from accounts.models import Delivery, LoginChallenge, WrongCode
from accounts.services import captchas, retention
from accounts.tests.visitor import wrong

pytestmark = pytest.mark.django_db


def test_old_rows_go_and_proofs_stay(visitor, clock):
    captchas.fresh(now=clock())
    visitor.log_in()
    proof = LoginChallenge.objects.get()
    visitor.client.post("/logout/")
    clock.pass_(minutes=2)
    visitor.ask()
    visitor.enter(wrong(visitor.code))
    clock.pass_(days=31)
    retention.forget(now=clock())
    assert list(LoginChallenge.objects.all()) == [proof]
    assert not Delivery.objects.exists() and not WrongCode.objects.exists()
    assert not captchas.Captcha.objects.exists()


def test_fresh_rows_stay(visitor, clock):
    visitor.ask()
    retention.forget(now=clock())
    assert Delivery.objects.count() == 1
