"""Durable work of this app: send a message, ask the operators, forget what is old."""

import datetime as dt

from django.utils import timezone

from accounts.gateways import tencent
from accounts.models import Delivery, IdentityCheck
from accounts.sending import tasks as sending
from accounts.services import alarms, floods, holds, identity, interlock, phones, retention, vendors
from accounts.states import CheckState
from portal.gateway import Unavailable
from portal.work import services as work
from portal.work.claims import Claim
from portal.work.handlers import periodic
from portal.work.states import Lane, WorkState

CHECKS = 3
SUMMED_UP = dt.timedelta(hours=1)


def send_delivery(claim: Claim) -> None:
    """Send one message, once, or see what became of it (accounts/sending)."""
    delivery = Delivery.objects.select_related("challenge").filter(pk=claim.subject).first()
    if delivery is None:
        return _end(claim)
    return sending.send(claim, delivery)


def check_identity(claim: Claim) -> None:
    """Ask the operators whether name, ID number and phone agree."""
    check = IdentityCheck.objects.select_related("user").filter(pk=claim.subject).first()
    if check is None or check.state != CheckState.WAITING:
        return _end(claim)
    try:
        verdict = tencent.verify(name=check.name, id_number=check.id_number, phone=check.user.phone)
    except Unavailable as error:
        now = timezone.now()
        if claim.attempts + 1 < CHECKS:
            return work.fail(claim, reason=str(error), now=now)
        with work.ending(claim, to=WorkState.DONE, now=now, reason=str(error)):
            identity.finish(
                check, to=CheckState.UNAVAILABLE, vendor_code=error.vendor_code, now=now
            )
        return None
    now = timezone.now()
    with work.ending(claim, to=WorkState.DONE, now=now):
        identity.finish(
            check,
            to=verdict.state,
            vendor_code=verdict.vendor_code,
            request_id=verdict.request_id,
            now=now,
        )
    return None


@periodic(lane=Lane.MESSAGE, every=dt.timedelta(hours=6))
def forget_old(claim: Claim) -> None:
    """Delete what has served: challenges, deliveries, captchas, wrong codes."""
    now = timezone.now()
    with work.ending(claim, to=WorkState.DONE, now=now):
        retention.forget(now=now)


@periodic(lane=Lane.MESSAGE, every=dt.timedelta(seconds=30))
def look_for_floods(claim: Claim) -> None:
    """Alarm when guesses are sprayed, or the day's stock of codes runs out."""
    now = timezone.now()
    with work.ending(claim, to=WorkState.DONE, now=now):
        floods.look(now=now)


@periodic(lane=Lane.MESSAGE, every=dt.timedelta(minutes=1))
def tell_of_alarms(claim: Claim) -> None:
    """Mail administrators about critical alarms, once each."""
    now = timezone.now()
    with work.ending(claim, to=WorkState.DONE, now=now):
        alarms.tell(now=now)


@periodic(lane=Lane.MESSAGE, every=dt.timedelta(hours=1))
def sum_up_alarms(claim: Claim) -> None:
    """Mail administrators about what has changed in the hour before this one."""
    now, begin = timezone.now(), dt.datetime.fromisoformat(claim.subject)
    with work.ending(claim, to=WorkState.DONE, now=now):
        interlock.clear_old(now=now)
        alarms.sum_up(since=begin - SUMMED_UP, now=now)
        vendors.settle_alarms(now=now)


@periodic(lane=Lane.MESSAGE, every=dt.timedelta(minutes=5))
def mind_held_logins(claim: Claim) -> None:
    """End what waited too long at the door, and alarm while officers are late."""
    now = timezone.now()
    holds.lapse(now=now)
    with work.ending(claim, to=WorkState.DONE, now=now):
        holds.mind(now=now)


def change_phone(claim: Claim) -> None:
    """A new mobile number takes effect, unless somebody stopped it."""
    now = timezone.now()
    with work.ending(claim, to=WorkState.DONE, now=now):
        phones.take_effect(pk=claim.subject, now=now)


def _end(claim: Claim) -> None:
    with work.ending(claim, to=WorkState.DONE, now=timezone.now()):
        pass  # somebody else has already seen to it
