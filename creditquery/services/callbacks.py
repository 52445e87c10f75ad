"""Callbacks of a channel: believed, kept for whoever works on the query, or refused and recorded.

A callback may come before, after or instead of an answer, and while a call is out. So it settles
nothing by itself: it is kept, the query's work is hastened, and attempts takes it for an answer.
"""

import datetime as dt
import hashlib
from collections.abc import Mapping
from contextlib import suppress

from django.db import IntegrityError, transaction
from django.db.models import F, Max

from accounts.selectors import identity
from creditquery.channels import GATEWAYS, Unusable, checked
from creditquery.gateways.inquiry import (
    Access,
    CallsBack,
    Notice,
    Report,
    Untrusted,
)
from creditquery.models import (
    Attempt,
    Callback,
    CallbackNonce,
    CallbackRefusal,
    Channel,
    CreditQuery,
)
from creditquery.services import reports, routes
from creditquery.services.attempts import inquiry_of
from creditquery.services.queries import RUN
from creditquery.states import QUERY_MOVING, QueryState
from evidence.services import record
from portal.gateway import Rejected
from portal.work import services as work

MOST_BYTES = 16 * 1024 * 1024
NONCE_KEPT = dt.timedelta(seconds=600)
"""Twice what a clock may be off: an older message is stale anyway."""
REFUSALS_A_MINUTE = 30
"""Of one channel; the rest of the minute is counted in one row."""
MORE = "more"
OPEN = frozenset(
    {
        QueryState.QUEUED,
        QueryState.PARKED,
        QueryState.SENDING,
        QueryState.AMBIGUOUS,
        QueryState.NEEDS_PERSON,
        QueryState.MANUAL_REVIEW,
    }
)
"""A result still serves a query in one of these; of any other only the sequence is kept."""
KEEP_REFUSALS = dt.timedelta(days=365)


class Lie(Untrusted):
    """Signed by the channel, and wrong all the same: the breaker of its route hears of it."""

    def __init__(self, reason: str, route: str, nonce: str) -> None:
        super().__init__(reason)
        self.route, self.nonce = route, nonce


# --- Taking ---------------------------------------------------------------------------------


def caller(name: str) -> Channel | None:
    """The channel of this name, if it is one that calls back. One that was disabled since may
    still have results for us."""
    channel = Channel.objects.filter(name=name).first()
    if channel is None or not isinstance(GATEWAYS.get(channel.adapter), CallsBack):
        return None
    return channel


def receive(*, channel: Channel, headers: Mapping[str, str], raw: bytes, now: dt.datetime) -> bool:
    """Take a callback (header names in lower case), or have known it already: True. One that is
    not believed is recorded: False."""
    try:
        notice = _opened(channel, headers, raw, now)
        with transaction.atomic():
            _take(channel, notice, now)
    except Untrusted as error:
        refuse(channel=channel, reason=error.reason, raw=raw, size=len(raw), now=now)
        if isinstance(error, Lie):
            _accuse(channel, error, now)
        return False
    return True


def _accuse(channel: Channel, lie: Lie, now: dt.datetime) -> None:
    """Once a message: who repeats its bytes could cut the route off."""
    with suppress(Untrusted):
        _remember(channel, lie.nonce, now)
        routes.accuse(lie.route)


def _opened(channel: Channel, headers: Mapping[str, str], raw: bytes, now: dt.datetime) -> Notice:
    gateway = GATEWAYS[channel.adapter]
    assert isinstance(gateway, CallsBack)  # caller() looks
    secrets = (channel.secret, *([channel.next_secret] if channel.next_secret else []))
    access = Access(
        channel.name, "", "", channel.institution, secrets=secrets, peer_key=channel.peer_key
    )
    return gateway.opened(access, headers, raw, now=now)


def _take(channel: Channel, notice: Notice, now: dt.datetime) -> None:
    """Raises Untrusted; the caller's transaction takes everything back then."""
    _remember(channel, notice.nonce, now)
    query, route = _query(channel, notice.request_no)
    about = Callback.objects.filter(channel=channel.name, message=notice.message)
    latest = about.aggregate(latest=Max("sequence"))["latest"] or 0
    if notice.sequence == latest:
        return  # repeated, because our answer got lost
    if notice.sequence < latest:
        raise Untrusted("re-ordered")
    if isinstance(notice.said, Report):
        _check(notice.said, query, route, notice.nonce)
    _keep(channel, query, notice, now)
    work.wake(kind=RUN, subject=query.request_no, now=now, reason="called back")
    work.hasten(kind=RUN, subject=query.request_no, now=now, reason="called back")


def _remember(channel: Channel, nonce: str, now: dt.datetime) -> None:
    try:
        with transaction.atomic():
            CallbackNonce.objects.create(channel=channel.name, nonce=nonce, at=now)
    except IntegrityError:
        raise Untrusted("replayed") from None


def _query(channel: Channel, request_no: str) -> tuple[CreditQuery, str]:
    """The query, locked, if this channel was ever asked for it; and the route of that inquiry."""
    rows = CreditQuery.objects.select_related("person", "consent").select_for_update(of=("self",))
    query = rows.filter(request_no=request_no).first()
    sent = Attempt.objects.filter(query=query, channel=channel.name, kind=Attempt.Kind.INQUIRE)
    attempt = sent.order_by("pk").last()
    if query is None or attempt is None:
        raise Untrusted("unknown-number")
    return query, f"{attempt.channel}.{attempt.endpoint}"


def _check(report: Report, query: CreditQuery, route: str, nonce: str) -> None:
    """Whose report it is and how possible, before it is let in."""
    if query.consent is None or identity(query.person) is None:
        raise Untrusted("unknown-person")
    outcome = checked(report, inquiry_of(query))
    if isinstance(outcome, Unusable):
        raise Lie(outcome.why, route, nonce)


def _keep(channel: Channel, query: CreditQuery, notice: Notice, now: dt.datetime) -> None:
    said, number, content = Callback.Said.WORKING, "", None
    match notice.said:
        case Report(number=report_number, source=source):
            said, number = Callback.Said.REPORT, report_number
            content = source if _serves(query) else None
        case Rejected(code=code):
            said, number = Callback.Said.REFUSED, code
    Callback.objects.create(
        channel=channel.name,
        query=query,
        message=notice.message,
        sequence=notice.sequence,
        said=said,
        number=number,
        content=content,
        received_at=now,
        expires_at=reports.deletion_time(now),
    )
    body = {"channel": channel.name, "sequence": notice.sequence, "says": str(said)}
    record(kind="creditquery.callback.received", subject=query.request_no, body=body, now=now)


def _serves(query: CreditQuery) -> bool:
    """Whether a report is still of use; under a withdrawn consent only to settle the query."""
    withdrawn = query.consent is not None and query.consent.withdrawn_at is not None
    return query.state in (QUERY_MOVING if withdrawn else OPEN)


# --- Refusing -------------------------------------------------------------------------------


def refuse(*, channel: Channel, reason: str, raw: bytes, size: int, now: dt.datetime) -> None:
    """Record a callback that is not believed, by its hash; a flood of them fills no table."""
    seen = CallbackRefusal.objects.filter(
        channel=channel.name, at__gt=now - dt.timedelta(minutes=1)
    )
    if seen.count() >= REFUSALS_A_MINUTE:
        _count(channel, now)
        return
    sha256 = hashlib.sha256(raw).hexdigest() if raw else ""
    reason = reason[:20]
    with transaction.atomic():
        CallbackRefusal.objects.create(
            channel=channel.name, reason=reason, at=now, sha256=sha256, size=size
        )
        body = {"reason": reason, "sha256": sha256, "size": size}
        record(kind="creditquery.callback.refused", subject=channel.name, body=body, now=now)


def _count(channel: Channel, now: dt.datetime) -> None:
    minute = now.replace(second=0, microsecond=0)
    row, made = CallbackRefusal.objects.get_or_create(channel=channel.name, at=minute, reason=MORE)
    if not made:
        CallbackRefusal.objects.filter(pk=row.pk).update(count=F("count") + 1)


# --- Deletion -------------------------------------------------------------------------------


def purge_due(*, now: dt.datetime) -> None:
    """Delete contents past their day, nonces that no message can repeat any more, old refusals."""
    Callback.objects.filter(expires_at__lte=now, content__isnull=False).update(content=None)
    CallbackNonce.objects.filter(at__lt=now - NONCE_KEPT).delete()
    CallbackRefusal.objects.filter(at__lt=now - KEEP_REFUSALS).delete()
