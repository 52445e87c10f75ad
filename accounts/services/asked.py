"""What is done when somebody says that they were asked for their code.

Whoever has a session or a known browser is the owner as far as we can tell: the account is frozen,
and every code that is under way for it ends, whoever asked for it. A stranger ends no more than
the code of the own browser, or six digits typed wrongly would be replaced by one press.
"""

import datetime as dt
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from accounts.codes import hashed
from accounts.models import CodeAsked, Device, LoginChallenge, User
from accounts.services import budgets, freezing, interlock
from accounts.services.visit import Visit
from accounts.states import AskedBy, AskedThrough, AskedWhen, FreezeReason
from evidence.services import record
from portal.watch import kinds
from portal.watch import services as watch
from portal.watch.models import Severity

DAY = dt.timedelta(days=1)
NAMELESS_A_DAY = 5
"""So many rows of strangers from one network in 24 hours; what is more ends the code all the same,
and is not written down."""
OWN_A_DAY = 5
"""So many rows of one person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What the page asks; every answer may be the one that is chosen already."""

    by: str = AskedBy.UNKNOWN
    through: str = AskedThrough.OTHER
    when: str = AskedWhen.NOW
    officer: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """`ended`: the code that this browser waited for; `frozen`: an account; `kept`: what was said
    is written down."""

    ended: bool
    frozen: bool
    kept: bool


def tell(
    *,
    said: Said,
    visit: Visit,
    binding: str,
    challenge: LoginChallenge | None,
    user: User | None,
    now: dt.datetime,
) -> Outcome:
    """End, freeze, alarm and write down; `user` is the borrower whose session it is, if any."""
    person = user or _known(visit, challenge)
    with transaction.atomic():
        budgets.hold(hashed(f"asked {person.pk if person else visit.network_hash}"))
        ended = challenge is not None and _end(challenge, now)
        if person is not None:
            freezing.freeze(user=person, reason=FreezeReason.CODE_ASKED, now=now)
            for other in _under_way(person, now):
                ended |= _end(other, now)
        kept = _few(person, visit, now)
        if kept:
            row = CodeAsked.objects.create(
                user=person,
                challenge=challenge,
                account_hash=challenge.account_hash if challenge else "",
                binding=hashed(binding) if binding else "",
                network_hash=visit.network_hash,
                by=said.by,
                through=said.through,
                when=said.when,
                officer=said.officer,
                words=said.words,
                froze=person is not None,
                at=now,
            )
            _alarm(row, now)
    return Outcome(ended=ended, frozen=person is not None, kept=kept)


def adopt(*, now: dt.datetime) -> int:
    """Find whose the nameless rows are: who told us, and then logged in with the same browser to
    the account whose code it was. Returns how many."""
    later = LoginChallenge.objects.filter(
        binding=OuterRef("binding"),
        account_hash=OuterRef("account_hash"),
        used_at__gt=OuterRef("at"),
        user__isnull=False,
    )
    rows = CodeAsked.objects.filter(user=None, at__gt=now - DAY).exclude(binding="")
    found = 0
    for row in rows.filter(Exists(later)):
        owner = User.objects.filter(phone_hash=row.account_hash).first()
        found += CodeAsked.objects.filter(pk=row.pk, user=None).update(user=owner)
    return found


def unclaimed() -> QuerySet[CodeAsked]:
    """What an app to the right has not taken up yet, and can: there is a person."""
    rows = CodeAsked.objects.filter(claimed_at__isnull=True, user__isnull=False)
    return rows.order_by("at")


def claim(*, row: CodeAsked, number: str, now: dt.datetime) -> bool:
    """It stands in a complaint from now on, and its words there alone; False when somebody else
    was first. In the caller's transaction."""
    rows = CodeAsked.objects.filter(pk=row.pk, claimed_at__isnull=True)
    return bool(rows.update(claimed_at=now, claimed_as=number, officer="", words=""))


def _known(visit: Visit, challenge: LoginChallenge | None) -> User | None:
    """Whose browser this is: of several people, the one whose code it waits for; without a code,
    the one who used it last."""
    if not visit.device_token:
        return None
    rows = Device.objects.filter(token_hash=hashed(visit.device_token)).select_related("user")
    if challenge is not None:
        rows = rows.filter(user__phone_hash=challenge.account_hash)
    device = rows.order_by("-last_seen_at").first()
    return device.user if device else None


def _under_way(person: User, now: dt.datetime) -> list[LoginChallenge]:
    """Codes that could still be entered, in whatever browser: a thief asked for one of them."""
    rows = LoginChallenge.objects.filter(
        account_hash=person.phone_hash,
        used_at__isnull=True,
        expires_at__gt=now,
        attempts__lt=settings.OTP_ATTEMPTS,
    )
    return list(rows)


def _end(challenge: LoginChallenge, now: dt.datetime) -> bool:
    """A code that was used stays used: the session that it began is ended by the freeze."""
    challenge.refresh_from_db()
    return challenge.used_at is None and interlock.burn(challenge, now=now)


def _few(person: User | None, visit: Visit, now: dt.datetime) -> bool:
    rows = CodeAsked.objects.filter(at__gt=now - DAY)
    if person is not None:
        return rows.filter(user=person).count() < OWN_A_DAY
    nameless = rows.filter(user=None, network_hash=visit.network_hash)
    return nameless.count() < NAMELESS_A_DAY


def _alarm(row: CodeAsked, now: dt.datetime) -> None:
    """Mailed at once where a code or an account is at stake; else it waits for the summary."""
    at_stake = row.user_id is not None or row.challenge_id is not None
    body = {"by": row.by, "through": row.through, "known": row.user_id is not None}
    record(kind="accounts.codeasked.told", subject=str(row.pk), body=body, now=now)
    watch.raise_alarm(
        kind=kinds.CODE_ASKED,
        subject=row.short,
        severity=Severity.CRITICAL if at_stake else Severity.WARNING,
        detail={"said": row.by},
        now=now,
    )
