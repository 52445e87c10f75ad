"""Sends one message, once: what was not answered is asked for, never blindly repeated.

A code is wanted at once, so it goes by another vendor, too, when the asking gets no answer or when
nobody confirms in time that it arrived: at most one message more than needed (docs/adr/0043).
"""

import datetime as dt
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from time import monotonic

from django.conf import settings
from django.utils import timezone

from accounts import texts
from accounts.carriers import carrier_of
from accounts.codes import code_for, place
from accounts.gateways import aliyun, aliyun_voice, email, tencent_sms, tencent_voice
from accounts.gateways.sending import Declined, Errand, Fate, Found, Gateway, Sent
from accounts.models import Delivery
from accounts.selectors import vendors
from accounts.services import deliveries, routes
from accounts.services.routes import Leave
from accounts.states import Channel, DeliveryState, Trouble, Vendor
from portal.gateway import Rejected, Unavailable
from portal.routing.route import NoRoute
from portal.work import services as work
from portal.work.claims import Claim
from portal.work.states import WorkState

GATEWAYS: Mapping[tuple[str, str], Gateway] = {
    (Vendor.ALIYUN, Channel.SMS): aliyun,
    (Vendor.ALIYUN, Channel.VOICE): aliyun_voice,
    (Vendor.TENCENT, Channel.SMS): tencent_sms,
    (Vendor.TENCENT, Channel.VOICE): tencent_voice,
}
TELLS_NEVER = frozenset({(Vendor.ALIYUN, Channel.SMS)})
"""Whoever lists what is still on its way, so that "nothing known" means "never came here"."""
ASK_AFTER, ASK_AGAIN = dt.timedelta(seconds=5), dt.timedelta(seconds=3)
SETTLE = dt.timedelta(seconds=15)
"""Longer than the vendor needs for one message: "never seen" counts only after it."""
LONGEST_WAIT = dt.timedelta(minutes=10)
SHORTEST_WAIT = dt.timedelta(seconds=1)
RING_AND_READ = dt.timedelta(seconds=75)
"""A call is told of when it has ended: ringing, and the code read out twice."""
FATES = {
    Fate.REACHED: DeliveryState.DELIVERED,
    Fate.FAILED: DeliveryState.UNDELIVERED,
    Fate.WAITING: DeliveryState.ACCEPTED,
}
NOTICE_ELSEWHERE = frozenset({Trouble.VENDOR, Trouble.TEXT})
CODE_ELSEWHERE = NOTICE_ELSEWHERE | {Trouble.SILENT, Trouble.BLOCKED, Trouble.CAP}
"""What another vendor may do better. Nobody's block or limit is got round for a mere notice."""
Outcome = str | Declined | Unavailable


def send(claim: Claim, delivery: Delivery) -> None:
    """One look at one message, whatever has become of it since the last."""
    if delivery.state == DeliveryState.SENDING:  # its last holder died in the middle
        deliveries.settle(delivery, to=DeliveryState.UNKNOWN, now=timezone.now())
    step = STEPS.get(delivery.state)
    if step is None:
        return _done(claim)
    return step(claim, delivery)


# --- Handing over -------------------------------------------------------------------------------


def _hand_over(claim: Claim, delivery: Delivery) -> None:
    now = timezone.now()
    if not delivery.address or deliveries.too_late(delivery, now=now):
        return _write(claim, delivery, to=DeliveryState.DROPPED)
    if delivery.channel == Channel.EMAIL:
        return _mail(claim, delivery)
    carrier = carrier_of(delivery.address)
    leave = routes.take(channel=delivery.channel, carrier=carrier, avoid=_avoid(delivery), now=now)
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
        return _accept(claim, delivery, vendor_id=outcome[:64])
    if isinstance(outcome, Declined):
        routes.declined(leave, seconds=seconds)
        return _decline(claim, delivery, outcome)
    routes.failed(leave, seconds=seconds)
    if not outcome.sent:
        return _turned_away(claim, delivery, outcome)
    with _ending(claim, wait=_at_once(delivery), reason=outcome.reason) as now:
        code = outcome.vendor_code[:60]
        deliveries.settle(
            delivery, to=DeliveryState.UNKNOWN, now=now, error_code=code, judged_at=now
        )
    return None


def _accept(claim: Claim, delivery: Delivery, **values: object) -> None:
    """With the vendor; a code, and a trial message, is looked after."""
    watched = delivery.epoch is not None
    with _ending(claim, wait=_patience(delivery) if watched else None) as now:
        deliveries.settle(
            delivery, to=DeliveryState.ACCEPTED, now=now, accepted_at=now, error_code="", **values
        )


def _decline(claim: Claim, delivery: Delivery, said: Declined) -> None:
    with _ending(claim) as now:
        deliveries.settle(
            delivery,
            to=DeliveryState.REFUSED,
            now=now,
            error_code=said.code[:60],
            trouble=said.trouble,
            next_at=now + said.wait if said.wait else None,
            judged_at=now,
        )
        _go_elsewhere(delivery, said.trouble, now)


def _turned_away(claim: Claim, delivery: Delivery, error: Unavailable) -> None:
    """Provably nothing was done: another vendor at once, or any of them in a while."""
    values = {"error_code": error.vendor_code[:60], "trouble": Trouble.VENDOR}
    if not deliveries.may_go_elsewhere(delivery, now=timezone.now()):
        return _try_later(claim, delivery, to=DeliveryState.PREPARED, reason=error.reason, **values)
    with _ending(claim, reason=error.reason) as now:
        deliveries.settle(delivery, to=DeliveryState.REFUSED, now=now, judged_at=now, **values)
        deliveries.go_elsewhere(delivery, now=now)
    return None


def _hold(claim: Claim, delivery: Delivery, after: dt.timedelta) -> None:
    """No vendor may be asked at this moment; whoever looks at the page reads so."""
    wait = min(max(after, SHORTEST_WAIT), _wait(delivery, timezone.now()))
    with _ending(claim, wait=wait, reason="no vendor in use"):
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
        return _write(claim, delivery, to=DeliveryState.REFUSED, error_code=error.code[:60])
    except Unavailable as error:
        to = DeliveryState.UNKNOWN if error.sent else DeliveryState.PREPARED
        return _try_later(claim, delivery, to=to, reason=error.reason)
    return _accept(claim, delivery, vendor_id=number[:64])


# --- Asking -------------------------------------------------------------------------------------


def _ask(claim: Claim, delivery: Delivery) -> None:
    """What became of a message whose sending was not answered."""
    now = timezone.now()
    if delivery.channel == Channel.EMAIL:
        # Mail servers cannot be asked. The same Message-ID twice is one mail to most of them.
        return _try_later(claim, delivery, to=DeliveryState.PREPARED, reason="not confirmed")
    answered, found = _find(delivery)
    if found is not None:
        return _settle(claim, delivery, found)
    settled = SETTLE if delivery.challenge or _tells_never(delivery) else LONGEST_WAIT
    never = answered and now - _sent_at(delivery) >= settled
    lost = delivery.challenge is not None and (never or not answered)
    if lost and deliveries.may_go_elsewhere(delivery, now=now):
        with _ending(claim, reason="gone to another vendor") as now:
            _blame(delivery, Trouble.VENDOR)
            deliveries.go_elsewhere(delivery, now=now)
        return None
    to = DeliveryState.PREPARED if never else ""
    return _try_later(claim, delivery, to=to, reason="not known there")


def _find(delivery: Delivery) -> tuple[bool, Found | None]:
    """Whether the vendor answered, and what it knows."""
    sent = Sent(
        phone=delivery.address,
        at=_sent_at(delivery),
        number=str(delivery.pk),
        vendor_id=delivery.vendor_id,
    )
    try:
        return True, GATEWAYS[delivery.vendor, delivery.channel].find(sent)
    except (Unavailable, Rejected):
        return False, None


def _tells_never(delivery: Delivery) -> bool:
    return (delivery.vendor, delivery.channel) in TELLS_NEVER


def _sent_at(delivery: Delivery) -> dt.datetime:
    return delivery.sent_at or delivery.created_at


def _settle(claim: Claim, delivery: Delivery, found: Found) -> None:
    """What the vendor told when it was asked."""
    values = {"vendor_id": found.vendor_id[:64]} if found.vendor_id else {}
    if found.fate == Fate.WAITING:
        return _accept(claim, delivery, **values)
    with _ending(claim) as now:
        deliveries.settle(
            delivery,
            to=FATES[found.fate],
            now=now,
            error_code=found.error_code[:60],
            trouble=found.trouble,
            **values,
        )
        if found.fate == Fate.FAILED:
            _go_elsewhere(delivery, found.trouble, now)
    came = found.fate == Fate.REACHED or found.trouble not in vendors.OWN_FAULT
    routes.judge(delivery, came=came, now=now)
    return None


# --- Looking after what was accepted ------------------------------------------------------------


def _watch(claim: Claim, delivery: Delivery) -> None:
    """No receipt in time: the vendor is asked; if it knows no better, the code goes elsewhere."""
    if delivery.epoch is None:  # nobody waits for it
        return _done(claim)
    left = (delivery.accepted_at or timezone.now()) + _patience(delivery) - timezone.now()
    if left > dt.timedelta(0):
        with _ending(claim, wait=left):
            return None
    if delivery.challenge is not None and deliveries.was_entered(delivery):
        _done(claim)
        routes.judge(delivery, came=True, now=timezone.now())
        return None
    _, found = _find(delivery)
    if found is not None and found.fate != Fate.WAITING:
        return _settle(claim, delivery, found)
    with _ending(claim, reason="no receipt") as now:
        _blame(delivery, Trouble.SILENT)
        if delivery.channel == Channel.SMS:  # a phone that rang need not ring again
            _go_elsewhere(delivery, Trouble.SILENT, now)
    routes.judge(delivery, came=False, now=now)
    return None


def _mend(claim: Claim, delivery: Delivery) -> None:
    """A receipt says that it did not arrive, and that the vendor is why."""
    with _ending(claim) as now:
        _go_elsewhere(delivery, delivery.trouble, now)


def _go_elsewhere(delivery: Delivery, trouble: str, now: dt.datetime) -> None:
    wanted = NOTICE_ELSEWHERE if delivery.challenge is None else CODE_ELSEWHERE
    if trouble in wanted and deliveries.may_go_elsewhere(delivery, now=now):
        deliveries.go_elsewhere(delivery, now=now)


def _blame(delivery: Delivery, trouble: str) -> None:
    """What holds it up; its state says no more than is known. A receipt that was faster stands."""
    Delivery.objects.filter(pk=delivery.pk, state=delivery.state).update(trouble=trouble)


STEPS: Mapping[str, Callable[[Claim, Delivery], None]] = {
    DeliveryState.PREPARED: _hand_over,
    DeliveryState.UNKNOWN: _ask,
    DeliveryState.ACCEPTED: _watch,
    DeliveryState.UNDELIVERED: _mend,
}


# --- Ending the work ----------------------------------------------------------------------------


@contextmanager
def _ending(
    claim: Claim, *, wait: dt.timedelta | None = None, reason: str = ""
) -> Iterator[dt.datetime]:
    """One transaction for what was found and the end of the work; with `wait`, it is looked at
    again after that time, which burns no attempt."""
    now = timezone.now()
    to, later = (WorkState.DONE, None) if wait is None else (WorkState.READY, now + wait)
    with work.ending(claim, to=to, now=now, reason=reason, run_after=later, burn=False):
        yield now


def _done(claim: Claim) -> None:
    with _ending(claim):
        pass  # somebody else has already seen to it


def _write(claim: Claim, delivery: Delivery, *, to: str, **values: object) -> None:
    with _ending(claim) as now:
        deliveries.settle(delivery, to=to, now=now, **values)


def _try_later(claim: Claim, delivery: Delivery, *, to: str, reason: str, **values: object) -> None:
    """Once more in some seconds, while the message is still of use."""
    now = timezone.now()
    over = deliveries.too_late(delivery, now=now)
    with _ending(claim, wait=None if over else _wait(delivery, now), reason=reason) as now:
        if to:
            deliveries.settle(delivery, to=to, now=now, **values)
        if over and delivery.state == DeliveryState.PREPARED:
            deliveries.settle(delivery, to=DeliveryState.DROPPED, now=now)


def _wait(delivery: Delivery, now: dt.datetime) -> dt.timedelta:
    """A code is wanted at once; any other message waits longer the longer it has waited."""
    if delivery.challenge is not None:
        return ASK_AGAIN
    return min(max(ASK_AFTER, (now - delivery.created_at) / 4), LONGEST_WAIT)


def _at_once(delivery: Delivery) -> dt.timedelta:
    return ASK_AFTER if delivery.challenge is None else dt.timedelta(0)


def _patience(delivery: Delivery) -> dt.timedelta:
    if delivery.channel == Channel.VOICE:
        return RING_AND_READ
    return dt.timedelta(seconds=settings.MESSAGE_PATIENCE_SECONDS)
