"""Durable work of this app: send a message, ask the operators, forget what is old."""

import datetime as dt
import json

from django.utils import timezone

from accounts import texts
from accounts.codes import code_for, place
from accounts.gateways import aliyun, email, tencent
from accounts.models import Delivery, IdentityCheck
from accounts.services import alarms, deliveries, holds, identity, interlock, phones, retention
from accounts.states import Channel, CheckState, DeliveryState
from portal.gateway import Rejected, Unavailable
from portal.work import services as work
from portal.work.claims import Claim
from portal.work.handlers import periodic
from portal.work.states import Lane, WorkState

ASK_AFTER = dt.timedelta(seconds=5)
SETTLE = dt.timedelta(seconds=15)
"""Longer than the vendor needs for one message: "never seen" counts only after it."""
LONGEST_WAIT = dt.timedelta(minutes=10)
CHECKS = 3
SUMMED_UP = dt.timedelta(hours=1)
FATES = {
    aliyun.Fate.REACHED: DeliveryState.DELIVERED,
    aliyun.Fate.FAILED: DeliveryState.UNDELIVERED,
    aliyun.Fate.WAITING: DeliveryState.ACCEPTED,
}


def send_delivery(claim: Claim) -> None:
    """Send one message, once: a send without an answer is asked for, never blindly repeated."""
    delivery = Delivery.objects.select_related("challenge").filter(pk=claim.subject).first()
    if delivery is None:
        return _end(claim)
    if delivery.state == DeliveryState.SENDING:  # its last holder died in the middle
        deliveries.settle(delivery, to=DeliveryState.UNKNOWN, now=timezone.now())
    if delivery.state == DeliveryState.UNKNOWN:
        return _ask(claim, delivery)
    if delivery.state == DeliveryState.PREPARED:
        return _send(claim, delivery)
    return _end(claim)


def _send(claim: Claim, delivery: Delivery) -> None:
    now = timezone.now()
    if not delivery.address or deliveries.too_late(delivery, now=now):
        with work.ending(claim, to=WorkState.DONE, now=now):
            deliveries.settle(delivery, to=DeliveryState.DROPPED, now=now)
        return
    text = _text(delivery)
    # Committed before the call: whoever comes after a crash knows that it may have been sent.
    deliveries.go(delivery, to=DeliveryState.SENDING, now=now, sent_at=now)
    try:
        vendor_id = _hand_over(delivery, text)
    except Rejected as error:
        _write(claim, delivery, to=DeliveryState.REFUSED, error_code=error.code[:60])
    except Unavailable as error:
        to = DeliveryState.UNKNOWN if error.sent else DeliveryState.PREPARED
        _try_later(claim, delivery, to=to, reason=error.reason)
    else:
        moment = timezone.now()
        _write(
            claim,
            delivery,
            to=DeliveryState.ACCEPTED,
            vendor_id=vendor_id[:64],
            accepted_at=moment,
            error_code="",
        )


def _text(delivery: Delivery) -> texts.Text:
    """The words, with the code where there is one: it exists only here and on its way."""
    context = json.loads(delivery.context)
    challenge = delivery.challenge
    if challenge is not None:
        where = place(challenge.purpose, delivery.channel)
        context["code"] = code_for(challenge.pk, challenge.purpose, where)
    return texts.render(delivery.kind, context, delivery.language)


def _hand_over(delivery: Delivery, text: texts.Text) -> str:
    number = str(delivery.pk)
    if delivery.channel == Channel.EMAIL:
        return email.send(
            address=delivery.address, subject=text.subject, body=text.body, number=number
        )
    return aliyun.send(
        phone=delivery.address, template=text.sms_template, values=text.sms_values, number=number
    )


def _ask(claim: Claim, delivery: Delivery) -> None:
    """What became of a message whose send was not answered."""
    now = timezone.now()
    if delivery.channel == Channel.EMAIL:
        # Mail servers cannot be asked. The same Message-ID twice is one mail to most of them.
        return _try_later(claim, delivery, to=DeliveryState.PREPARED, reason="not confirmed")
    sent_at = delivery.sent_at or delivery.created_at
    try:
        found = aliyun.find(phone=delivery.address, sent_at=sent_at, number=str(delivery.pk))
    except (Unavailable, Rejected) as error:
        return _try_later(claim, delivery, to="", reason=str(error))
    if found is not None:
        return _write(claim, delivery, to=FATES[found.fate], error_code=_code(found))
    never_seen = now - sent_at >= SETTLE
    to = DeliveryState.PREPARED if never_seen else ""
    return _try_later(claim, delivery, to=to, reason="not seen by the vendor")


def _code(found: aliyun.Found) -> str:
    return found.error_code[:60] if found.fate == aliyun.Fate.FAILED else ""


def _write(claim: Claim, delivery: Delivery, *, to: str, **values: object) -> None:
    now = timezone.now()
    with work.ending(claim, to=WorkState.DONE, now=now):
        deliveries.settle(delivery, to=to, now=now, **values)


def _try_later(claim: Claim, delivery: Delivery, *, to: str, reason: str) -> None:
    """Once more in some seconds, while the message is still of use; burns no attempt."""
    now = timezone.now()
    over = deliveries.too_late(delivery, now=now)
    state = WorkState.DONE if over else WorkState.READY
    later = None if over else now + _wait(delivery, now)
    with work.ending(claim, to=state, now=now, reason=reason, run_after=later, burn=False):
        if to:
            deliveries.settle(delivery, to=to, now=now)
        if over and delivery.state == DeliveryState.PREPARED:
            deliveries.settle(delivery, to=DeliveryState.DROPPED, now=now)


def _wait(delivery: Delivery, now: dt.datetime) -> dt.timedelta:
    """A code is wanted at once; any other message waits longer the longer it has waited."""
    if delivery.challenge is not None:
        return ASK_AFTER
    return min(max(ASK_AFTER, (now - delivery.created_at) / 4), LONGEST_WAIT)


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
