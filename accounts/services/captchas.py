"""Captchas: made when one is asked for, spent by one answer, right or wrong."""

import datetime as dt
import uuid

from accounts import captcha
from accounts.models import Captcha

VALID = dt.timedelta(minutes=10)


def fresh(*, now: dt.datetime) -> Captcha:
    return Captcha.objects.create(created_at=now)


def spend(*, captcha_id: str, answer: str, now: dt.datetime) -> bool:
    """Whether the answer is right; the captcha is gone either way."""
    try:
        key = uuid.UUID(captcha_id)
    except ValueError:
        return False
    waiting = Captcha.objects.filter(pk=key, used_at__isnull=True, created_at__gt=now - VALID)
    return waiting.update(used_at=now) == 1 and captcha.right(key, answer)
