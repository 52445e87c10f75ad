"""The one door into a borrower's account: a session begins here, whatever proved who it is.

    first proof -> staff interlock -> risk -> let in | a second factor | held for two officers

Every way in (code, authenticator, passkey, backup code, password) ends in a used LoginChallenge
and comes through `knock`; a second factor comes through `second`.
"""

import datetime as dt
import secrets
from dataclasses import dataclass

from accounts import texts
from accounts.codes import hashed
from accounts.models import Device, Login, LoginChallenge, User
from accounts.refusals import Refused
from accounts.services import interlock, messages, risk
from accounts.services.visit import Visit
from accounts.states import FACTORS, LOGIN_TRANSITIONS, LoginState
from evidence.services import move, record


@dataclass(frozen=True, slots=True)
class Passage:
    """What the door said. `login.state` is entered, second or held; only entered begins a session
    and has a `device_token` for the browser to keep."""

    login: Login
    device_token: str = ""


def knock(*, challenge: LoginChallenge, visit: Visit, now: dt.datetime) -> Passage:
    """The first proof was right: weigh, and let in or say what is wanted. In the caller's
    transaction; raises Refused for a disabled account."""
    user = _borrower(challenge, language=visit.language, now=now)
    if not user.is_active:
        raise Refused("account-disabled")
    weighed = risk.weigh(
        user=user,
        challenge=challenge,
        visit=visit,
        must_have_second=interlock.wants_second(user=user, visit=visit, now=now),
        now=now,
    )
    login = Login.objects.create(
        user=user,
        first=challenge,
        device=_known(user, visit.device_token),
        label=visit.label,
        network_hash=visit.network_hash,
        state=weighed.state,
        score=weighed.score,
        reasons=weighed.reasons,
        policy_version=weighed.policy_version,
        created_at=now,
    )
    record(
        kind=f"accounts.login.{login.state}",
        subject=str(login.pk),
        body={"way": challenge.way, "score": login.score, "policy": login.policy_version},
        now=now,
    )
    return _let_in(login, visit, now) if login.state == LoginState.ENTERED else Passage(login)


def second(*, login: Login, challenge: LoginChallenge, visit: Visit, now: dt.datetime) -> Passage:
    """A second factor for a login that waits for one. In the caller's transaction; raises Refused
    when it is the first one again, or comes from somebody else."""
    first = login.first
    if first is None or challenge.user_id != login.user_id or challenge.binding != first.binding:
        raise Refused("otp-expired")
    if FACTORS[challenge.way] == FACTORS[first.way]:
        raise Refused("second-factor-same")
    _go(login, LoginState.ENTERED, now, second=challenge)
    return _let_in(login, visit, now)


def after_release(*, login: Login, visit: Visit, now: dt.datetime) -> Passage:
    """The browser whose login two officers released goes on. In the caller's transaction."""
    _go(login, LoginState.ENTERED, now)
    return _let_in(login, visit, now)


def _go(login: Login, to: str, now: dt.datetime, **values: object) -> None:
    move(Login, pk=login.pk, to=to, table=LOGIN_TRANSITIONS, now=now, settled_at=now, **values)
    login.refresh_from_db()


def _let_in(login: Login, visit: Visit, now: dt.datetime) -> Passage:
    device, token = _remember(login.user, visit.device_token, label=visit.label, now=now)
    login.device = device
    login.save(update_fields=["device"])
    return Passage(login, token)


def _borrower(challenge: LoginChallenge, *, language: str, now: dt.datetime) -> User:
    user = challenge.user or User.objects.filter(phone_hash=challenge.address_hash).first()
    if user is None:
        user = User(
            phone=challenge.address,
            phone_hash=challenge.address_hash,
            language=language,
            joined_at=now,
        )
        user.set_unusable_password()
        user.save()
        record(kind="accounts.user.joined", subject=str(user.pk), now=now)
    challenge.user = user
    challenge.save(update_fields=["user"])
    return user


def _known(user: User, token: str) -> Device | None:
    return Device.objects.filter(user=user, token_hash=hashed(token)).first() if token else None


def _remember(user: User, token: str, *, label: str, now: dt.datetime) -> tuple[Device, str]:
    """The browser and its token, new when it has none of ours: one that somebody else planted
    would make their browser a known one. A person's second browser is told to the first."""
    if not Device.objects.filter(token_hash=hashed(token)).exists():
        token = secrets.token_urlsafe(24)
    device = _known(user, token)
    if device is not None:
        device.last_seen_at, device.label = now, label
        device.save(update_fields=["last_seen_at", "label"])
        return device, token
    if Device.objects.filter(user=user).exists():
        moment = {"time": texts.moment(now)}
        messages.send(user=user, kind="accounts.new_browser", context=moment, now=now)
    device = Device.objects.create(
        user=user, token_hash=hashed(token), label=label, first_seen_at=now, last_seen_at=now
    )
    return device, token
