"""Against floods: who bombs phones with codes, pumps messages for money, or sprays guesses over
many accounts. Everything is counted from rows.

What bites a stranger first is a captcha; only the day's whole stock of messages ends in a refusal,
and then for strangers alone: known browsers, step-ups and second proofs go on.
"""

import datetime as dt
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Q, QuerySet

from accounts.models import Delivery, WrongCode
from accounts.refusals import Refused
from accounts.states import Channel
from evidence.services import record
from portal.watch import kinds
from portal.watch import services as watch
from portal.watch.models import Alarm, Severity

MINUTE, HOUR, DAY = dt.timedelta(minutes=1), dt.timedelta(hours=1), dt.timedelta(days=1)
WARNED_FROM = 80  # per cent of the day's stock
QUIET = dt.timedelta(minutes=10)
"""So long after the last wrong codes too many the alarm is over."""
PAID = (Channel.SMS, Channel.VOICE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where a request for a code comes from, and where the code would go: hashes all of them."""

    address: str
    number_range: str
    network: str
    browser: str
    keeper: str


def gate(*, source: Source, channel: str, now: dt.datetime) -> bool:
    """Whether a captcha stands before a stranger's next code: by number, by ten thousand numbers in
    a row, by browser, by network, or everywhere. Raises Refused when the day's stock of messages is
    used up, or this one browser's part of it."""
    used = _watched(now)
    _check(source, channel, used, now)
    codes = _codes().filter(created_at__gt=now - HOUR)
    return (
        used * 100 >= settings.CODES_PER_DAY * WARNED_FROM
        or codes.filter(address_hash=source.address).count() >= settings.CAPTCHA_AFTER_NUMBER
        or codes.filter(network_hash=source.network).count() >= settings.CAPTCHA_AFTER_NETWORK
        or _by_range(codes, source.number_range) >= settings.CAPTCHA_AFTER_RANGE
        or codes.filter(_browser(source)).count() >= settings.CAPTCHA_AFTER_BROWSER
        or guessed_from(source.network, now=now) >= settings.CAPTCHA_AFTER_WRONG_NETWORK
        or spraying(now=now)
    )


def check(*, source: Source, channel: str, now: dt.datetime) -> None:
    """Raises Refused as `gate` does, for a code that is sent again."""
    _check(source, channel, _watched(now), now)


def _check(source: Source, channel: str, used: int, now: dt.datetime) -> None:
    if channel in PAID and used >= settings.CODES_PER_DAY:
        raise Refused("codes-of-the-day", next_at=_back_at(_codes(), settings.CODES_PER_DAY, now))
    mine = _codes().filter(_browser(source))
    if channel and mine.filter(created_at__gt=now - DAY).count() >= settings.BROWSER_SENDS_PER_DAY:
        at = _back_at(mine, settings.BROWSER_SENDS_PER_DAY, now)
        raise Refused("otp-browser-often", next_at=at)


def spraying(*, now: dt.datetime) -> bool:
    """So many wrong codes in the last minute that everybody meets the captcha."""
    wrong = WrongCode.objects.filter(at__gt=now - MINUTE)
    return wrong.count() >= settings.CAPTCHA_AFTER_WRONG


def guessed_from(network_hash: str, *, now: dt.datetime) -> int:
    """Wrong codes, numbers, passwords and backup codes from a network in the last hour."""
    wrong = WrongCode.objects.filter(network_hash=network_hash, at__gt=now - HOUR)
    return wrong.count() if network_hash else 0


def guessed_often(*, account_hash: str, network_hash: str, now: dt.datetime) -> bool:
    """Whether a captcha stands before the next guess at a password or backup code: by account, by
    network, or everywhere when somebody sprays."""
    wrong = WrongCode.objects.filter(account_hash=account_hash, at__gt=now - HOUR)
    return (
        wrong.count() >= settings.CAPTCHA_AFTER_WRONG_NUMBER
        or guessed_from(network_hash, now=now) >= settings.CAPTCHA_AFTER_WRONG_NETWORK
        or spraying(now=now)
    )


def _watched(now: dt.datetime) -> int:
    """What is spent, once the alarm says that it is much: to count a day at each request costs more
    than all else here. The workers that raise it are those that send, so nothing goes unwatched."""
    alarm = Alarm.objects.filter(kind=kinds.CODES_RUN_OUT, cleared_at=None)
    return spent(now=now) if alarm.exists() else 0


def spent(*, now: dt.datetime) -> int:
    """Codes by message or call in 24 hours, whoever asked."""
    day = Delivery.objects.filter(challenge__isnull=False, created_at__gt=now - DAY)
    return sum(day.filter(channel=channel).count() for channel in PAID)


def look(*, now: dt.datetime) -> None:
    """Raise what somebody must hear of, and clear what is over."""
    wrong = WrongCode.objects.filter(at__gt=now - MINUTE).count()
    if wrong >= settings.CAPTCHA_AFTER_WRONG:
        detail = {"wrong_codes": wrong, "limit": settings.CAPTCHA_AFTER_WRONG}
        _raise(kinds.WRONG_CODES, Severity.CRITICAL, detail, now)
    else:
        over = Alarm.objects.filter(kind=kinds.WRONG_CODES, cleared_at=None)
        if over.filter(seen_at__lt=now - QUIET).exists():
            watch.clear(kind=kinds.WRONG_CODES, now=now)
    sent, stock = spent(now=now), settings.CODES_PER_DAY
    if sent * 100 >= stock * WARNED_FROM:
        severity = Severity.CRITICAL if sent >= stock else Severity.WARNING
        _raise(kinds.CODES_RUN_OUT, severity, {"codes": sent, "limit": stock}, now)
    else:
        watch.clear(kind=kinds.CODES_RUN_OUT, now=now)


def _raise(kind: str, severity: str, detail: dict[str, int], now: dt.datetime) -> None:
    was_open = Alarm.objects.filter(kind=kind, cleared_at=None, severity=severity).exists()
    watch.raise_alarm(kind=kind, severity=severity, detail=detail, now=now)
    if not was_open:
        record(kind=f"accounts.flood.{kind.replace('-', '_')}", subject="", body=detail, now=now)


def _codes() -> QuerySet[Delivery]:
    """What somebody asked for; what the sender did by itself is nobody's asking."""
    return Delivery.objects.filter(challenge__isnull=False, replaces__isnull=True)


def _by_range(codes: QuerySet[Delivery], number_range: str) -> int:
    return codes.filter(range_hash=number_range).count() if number_range else 0


def _browser(source: Source) -> Q:
    """The session that asks, and the browser behind it, which outlives the session."""
    this = Q(challenge__binding=source.browser)
    return this | Q(challenge__keeper=source.keeper) if source.keeper else this


def _back_at(codes: QuerySet[Delivery], limit: int, now: dt.datetime) -> dt.datetime:
    """When the oldest of so many leaves the 24 hours."""
    last = codes.filter(created_at__gt=now - DAY).order_by("-created_at")[limit - 1 : limit]
    oldest = last.values_list("created_at", flat=True).first()
    return (oldest or now) + DAY
