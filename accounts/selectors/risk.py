"""Reading what a login shows, and the policy that weighs it."""

import datetime as dt
from typing import Any

from django.db.models import Count, Q
from django.utils import timezone

from accounts.models import (
    CodeAsked,
    Delivery,
    Device,
    Login,
    LoginChallenge,
    PhoneChange,
    RiskPolicy,
    User,
    WrongCode,
)
from accounts.risks import signals, weighing
from accounts.risks.shipped import FIRST
from accounts.states import Channel, DeliveryState, LoginState, PhoneChangeState, PolicyState, Way

DAY = dt.timedelta(days=1)
REMEMBERED, MOST_PAST = dt.timedelta(days=180), 50
SILENT_FOR = dt.timedelta(days=2)
NEW_PHONE = dt.timedelta(days=7)
DEMANDED = dt.timedelta(days=7)
BY_MESSAGE = frozenset({Way.SMS, Way.VOICE, Way.EMAIL})
CROWD_WINDOW, CROWD_SAMPLE = dt.timedelta(hours=1), 100
"""The newest codes of a network are looked at: a whole carrier has thousands an hour."""


def policy(version: int | None = None) -> weighing.Policy:
    """The policy in force, or that of a version; what the release ships while there is no row."""
    row = _row(version)
    return _plain(row, {w.signal: w.weight for w in row.weights.all()}) if row else FIRST


def levels(version: int) -> weighing.Policy:
    """As `policy`, without its weights: what a stored score comes to."""
    row = _row(version)
    return _plain(row, {}) if row else FIRST


def _row(version: int | None) -> RiskPolicy | None:
    rows = RiskPolicy.objects.filter(state=PolicyState.PUBLISHED)
    if version is not None:
        rows = rows.filter(version=version)
    return rows.order_by("-version").first()


def _plain(row: RiskPolicy, weights: dict[str, int]) -> weighing.Policy:
    return weighing.Policy(
        version=row.version,
        prior=row.prior,
        notify=row.notify,
        step_up=row.step_up,
        hold=row.hold,
        weights=weights,
    )


def facts(
    *, user: User, challenge: LoginChallenge, network_hash: str, now: dt.datetime
) -> dict[str, Any]:
    """What rows tell of this login, as arguments of `signals.Facts`; the caller adds what the
    browser tells."""
    return {
        "way": challenge.way,
        "hour": timezone.localtime(now).hour,
        "network_hash": network_hash,
        "past": past(user, now),
        "been_here": Device.objects.filter(user=user).exists(),
        "wrong_codes": WrongCode.objects.filter(
            account_hash=user.phone_hash, at__gt=now - DAY
        ).count(),
        "phone_changed": PhoneChange.objects.filter(
            user=user, state=PhoneChangeState.DONE, settled_at__gt=now - NEW_PHONE
        ).exists(),
        "phone_was_silent": _was_silent(user, now),
        "code_demanded": CodeAsked.objects.filter(user=user, at__gt=now - DEMANDED).exists(),
        **_code(challenge, now),
        **crowd(network_hash, now),
    }


def past(user: User, now: dt.datetime) -> tuple[signals.Past, ...]:
    """The newest logins that ended inside and were not said to be somebody else's."""
    rows = Login.objects.filter(
        user=user, state=LoginState.ENTERED, created_at__gt=now - REMEMBERED
    ).order_by("-created_at")
    return tuple(
        signals.Past(hour=timezone.localtime(at).hour, way=way or "", network_hash=network)
        for at, way, network in rows.values_list("created_at", "first__way", "network_hash")[
            :MOST_PAST
        ]
    )


def crowd(network_hash: str, now: dt.datetime) -> dict[str, int]:
    """Of the newest codes asked for from a network: numbers at which two tries or more failed,
    and numbers that came in."""
    if not network_hash:
        return {}
    newest = Delivery.objects.filter(
        challenge__isnull=False, network_hash=network_hash, created_at__gt=now - CROWD_WINDOW
    ).order_by("-created_at")[:CROWD_SAMPLE]
    in_vain = Q(challenge__used_at__isnull=True, challenge__attempts__gte=2)
    return Delivery.objects.filter(pk__in=newest.values("pk")).aggregate(
        failing_here=Count("challenge__account_hash", distinct=True, filter=in_vain),
        succeeding_here=Count(
            "challenge__account_hash", distinct=True, filter=Q(challenge__used_at__isnull=False)
        ),
    )


def _code(challenge: LoginChallenge, now: dt.datetime) -> dict[str, Any]:
    """Where the code was asked for first, and how long ago it came last; nothing of a proof that
    did not come by message."""
    if challenge.way not in BY_MESSAGE:
        return {}
    rows = list(
        Delivery.objects.filter(challenge=challenge)
        .order_by("created_at")
        .values_list("network_hash", "received_at", "sent_at")
    )
    came = [at for _network, received, sent in rows if (at := received or sent) is not None]
    age = max(now - max(came), dt.timedelta()) if came else None
    return {"asked_network": rows[0][0] if rows else "", "code_age": age}


def _was_silent(user: User, now: dt.datetime) -> bool:
    return Delivery.objects.filter(
        challenge__isnull=False,
        address_hash=user.phone_hash,
        channel__in=[Channel.SMS, Channel.VOICE],
        state=DeliveryState.UNDELIVERED,
        created_at__gt=now - SILENT_FOR,
    ).exists()
