"""Coming back to a login after its window was closed: by its number, in the browser that asked.

The number is what a person can write down; what binds is the cookie beside it. A number without
its cookie, or a cookie without its number, gives the same answer as a number that nobody has.
"""

import datetime as dt

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from accounts import codes
from accounts.models import LoginChallenge, WrongCode
from accounts.refusals import Refused
from accounts.services import budgets
from accounts.services.challenges import CROCKFORD, NUMBER_LENGTH, Asker
from evidence.services import record
from portal.validators import plain

BUCKET = "number"
MEANT = str.maketrans("OIL", "011")  # Crockford: what looks like a digit is read as the digit
HALF = NUMBER_LENGTH // 2


def grouped(number: str) -> str:
    """As it is shown: 4KQ7X-0M2TV."""
    return f"{number[:HALF]}-{number[HALF:]}"


def meant(entered: str) -> str:
    """The number that was typed, whatever the case, gaps and width; "" when it can be none."""
    number = plain(entered).upper().translate(MEANT)
    return number if len(number) == NUMBER_LENGTH and set(number) <= set(CROCKFORD) else ""


def offered(*, keeper: str, now: dt.datetime) -> LoginChallenge | None:
    """What this browser began last, while it can be gone on with."""
    newest = _of(keeper, now).order_by("-created_at").first() if keeper else None
    return newest if newest is not None and newest.used_at is None else None


def resume(*, number: str, asker: Asker, now: dt.datetime) -> LoginChallenge:
    """The challenge of this number, bound to the asker's session from here on; raises Refused.

    A wrong number counts against the browser that has something to go on with; any other browser
    can guess nothing, and leaves no row behind.
    """
    key = codes.hashed(asker.keeper)
    with transaction.atomic():
        budgets.hold(key)
        own = _of(asker.keeper, now)
        if budgets.guesses_left(account_hash=key, bucket=BUCKET, now=now) == 0:
            raise Refused("resume-guarded")
        found = own.filter(number=meant(number), used_at__isnull=True)
        challenge = found.select_for_update().first()
        if challenge is not None:
            challenge.binding = codes.hashed(asker.binding)
            challenge.save(update_fields=["binding"])
            body = {"purpose": challenge.purpose}
            kind = "accounts.loginchallenge.resumed"
            record(kind=kind, subject=str(challenge.pk), body=body, now=now)
            return challenge
        if own.exists():
            WrongCode.objects.create(account_hash=key, bucket=BUCKET, at=now)
    raise Refused("resume-unknown")


def _of(keeper: str, now: dt.datetime) -> QuerySet[LoginChallenge]:
    since = now - dt.timedelta(hours=settings.RESUME_HOURS)
    return LoginChallenge.objects.filter(
        keeper=codes.hashed(keeper), created_at__gt=since, number__isnull=False
    )
