"""Handing one message over to whichever vendor is in use, and what its answer leads to."""

import datetime as dt
import json
from collections.abc import Mapping
from time import monotonic

from django.utils import timezone

from accounts import texts
from accounts.carriers import carrier_of
from accounts.codes import code_for, place
from accounts.gateways import aliyun, aliyun_voice, email, tencent_sms, tencent_voice
from accounts.gateways.sending import Declined, Errand, Gateway
from accounts.models import Delivery
from accounts.selectors import sends, vendors
from accounts.sending.tasks.ending import (
    at_once,
    ending,
    go_elsewhere,
    patience,
    try_later,
    wait_of,
    write,
)
from accounts.services import deliveries, routes
from accounts.services.routes import Leave
from accounts.states import Channel, DeliveryState, Trouble, Vendor
from portal.gateway import Rejected, Unavailable
from portal.routing.route import NoRoute
from portal.work.claims import Claim

GATEWAYS: Mapping[tuple[str, str], Gateway] = {
    (Vendor.ALIYUN, Channel.SMS): aliyun,
    (Vendor.ALIYUN, Channel.VOICE): aliyun_voice,
    (Vendor.TENCENT, Channel.SMS): tencent_sms,
    (Vendor.TENCENT, Channel.VOICE): tencent_voice,
}
SHORTEST_WAIT = dt.timedelta(seconds=1)
Outcome = str | Declined | Unavailable


def hand_over(claim: Claim, delivery: Delivery) -> None:
    now = timezone.now()
    if not delivery.address or deliveries.too_late(delivery, now=now):
        return write(claim, delivery, to=DeliveryState.DROPPED)
    if delivery.channel == Channel.EMAIL:
        return _mail(claim, delivery)
    carrier = carrier_of(delivery.address)
    # Nor who would refuse it: their limits for one number are known (accounts/caps.py).
    tried = _avoid(delivery)
    avoid = tried | sends.full(delivery, tried=tried, now=now)
    leave = routes.take(channel=delivery.channel, carrier=carrier, avoid=avoid, now=now)
    if isinstance(leave, NoRoute):
        return _hold(claim, delivery, dt.timedelta(seconds=leave.after))
    try:
        errand = _errand(delivery)
        # Committed before the call: whoever comes after a crash knows that it may have been sent.
        _leave_by(delivery, leave, carrier)
    except BaseException:
        routes.unused(leave)
        raise
    return _written(claim, delivery, leave, *_call(leave, delivery, errand))


def _avoid(delivery: Delivery) -> set[str]:
    """The vendors of earlier tries; once this one has been turned away as well, those that did
    nothing with it may be asked again."""
    earlier = vendors.chain(delivery)[1:]
    if delivery.vendor:
        earlier = [each for each in earlier if not _was_turned_away(each)]
    return {each.vendor for each in earlier}


def _was_turned_away(delivery: Delivery) -> bool:
    return delivery.state == DeliveryState.REFUSED and delivery.trouble == Trouble.VENDOR


def _leave_by(delivery: Delivery, leave: Leave, carrier: str) -> None:
    """What is watched later is told to the breaker then: codes, and any trial message."""
    now = timezone.now()
    permit = leave.permit
    watched = delivery.challenge is not None or permit.probe
    values = {
        "vendor": leave.vendor,
        "carrier": carrier,
        "route": permit.route,
        "epoch": permit.epoch if watched else None,
        "token": permit.token if watched else "",
        "judged_at": None,
        "vendor_id": "",
        "error_code": "",
        "trouble": "",
        "next_at": None,
    }
    deliveries.go(delivery, to=DeliveryState.SENDING, now=now, sent_at=now, **values)
    for name, value in {"sent_at": now, **values}.items():
        setattr(delivery, name, value)


def _errand(delivery: Delivery) -> Errand:
    text = _text(delivery)
    return Errand(
        phone=delivery.address,
        text=text.tts_template if delivery.channel == Channel.VOICE else text.sms_template,
        values=text.sms_values,
        number=str(delivery.pk),
    )


def _text(delivery: Delivery) -> texts.Text:
    """The words, with the code where there is one: it exists only here and on its way."""
    context = json.loads(delivery.context)
    challenge = delivery.challenge
    if challenge is not None:
        where = place(challenge.purpose, delivery.channel)
        context["code"] = code_for(challenge.pk, challenge.purpose, where)
    return texts.render(delivery.kind, context, delivery.language)


def _call(leave: Leave, delivery: Delivery, errand: Errand) -> tuple[Outcome, float]:
    """What the vendor answered, and in how many seconds."""
    began = monotonic()
    try:
        outcome: Outcome = GATEWAYS[leave.vendor, delivery.channel].send(errand)
    except (Declined, Unavailable) as error:
        outcome = error
    except BaseException:
        routes.unused(leave)
        raise
    return outcome, max(monotonic() - began, 0.001)


def _written(
    claim: Claim, delivery: Delivery, leave: Leave, outcome: Outcome, seconds: float
) -> None:
    if isinstance(outcome, str):
        routes.accepted(leave, seconds=seconds)
        return accept(claim, delivery, vendor_id=outcome[:64])
    if isinstance(outcome, Declined):
        routes.declined(leave, seconds=seconds)
        return _decline(claim, delivery, outcome)
    routes.failed(leave, seconds=seconds)
    if not outcome.sent:
        return _turned_away(claim, delivery, outcome)
    with ending(claim, wait=at_once(delivery), reason=outcome.reason) as now:
        code = outcome.vendor_code[:60]
        deliveries.settle(
            delivery, to=DeliveryState.UNKNOWN, now=now, error_code=code, judged_at=now
        )
    return None


def accept(claim: Claim, delivery: Delivery, **values: object) -> None:
    """With the vendor; a code, and a trial message, is looked after."""
    watched = delivery.epoch is not None
    with ending(claim, wait=patience(delivery) if watched else None) as now:
        deliveries.settle(
            delivery, to=DeliveryState.ACCEPTED, now=now, accepted_at=now, error_code="", **values
        )


def _decline(claim: Claim, delivery: Delivery, said: Declined) -> None:
    with ending(claim) as now:
        deliveries.settle(
            delivery,
            to=DeliveryState.REFUSED,
            now=now,
            error_code=said.code[:60],
            trouble=said.trouble,
            next_at=now + said.wait if said.wait else None,
            judged_at=now,
        )
        go_elsewhere(delivery, said.trouble, now)


def _turned_away(claim: Claim, delivery: Delivery, error: Unavailable) -> None:
    """Provably nothing was done: another vendor at once, or any of them in a while."""
    values = {"error_code": error.vendor_code[:60], "trouble": Trouble.VENDOR}
    if not deliveries.may_go_elsewhere(delivery, now=timezone.now()):
        return try_later(claim, delivery, to=DeliveryState.PREPARED, reason=error.reason, **values)
    with ending(claim, reason=error.reason) as now:
        deliveries.settle(delivery, to=DeliveryState.REFUSED, now=now, judged_at=now, **values)
        deliveries.go_elsewhere(delivery, now=now)
    return None


def _hold(claim: Claim, delivery: Delivery, after: dt.timedelta) -> None:
    """No vendor may be asked at this moment; whoever looks at the page reads so."""
    wait = min(max(after, SHORTEST_WAIT), wait_of(delivery, timezone.now()))
    with ending(claim, wait=wait, reason="no vendor in use"):
        Delivery.objects.filter(pk=delivery.pk).update(trouble=Trouble.VENDOR)


def _mail(claim: Claim, delivery: Delivery) -> None:
    now, text = timezone.now(), _text(delivery)
    deliveries.go(delivery, to=DeliveryState.SENDING, now=now, sent_at=now)
    try:
        number = email.send(
            address=delivery.address,
            subject=text.subject,
            body=text.body,
            number=str(delivery.pk),
        )
    except Rejected as error:
        return write(claim, delivery, to=DeliveryState.REFUSED, error_code=error.code[:60])
    except Unavailable as error:
        to = DeliveryState.UNKNOWN if error.sent else DeliveryState.PREPARED
        return try_later(claim, delivery, to=to, reason=error.reason)
    return accept(claim, delivery, vendor_id=number[:64])
