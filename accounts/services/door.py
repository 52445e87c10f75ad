"""The one door into a borrower's account: a session begins here, whatever proved who it is.

    first proof -> staff interlock -> risk -> let in | a second factor | held for two officers

Every way in (code, authenticator, passkey, backup code, password) ends in a used LoginChallenge
and comes through `knock`; a second factor comes through `second`.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from accounts.models import Device, Login, LoginChallenge, User
from accounts.refusals import Refused
from accounts.services import devices, holds, interlock, not_me, risk
from accounts.services.visit import Visit
from accounts.states import FACTORS, LOGIN_TRANSITIONS, LoginState, Way
from evidence.services import move, record

SECOND_LASTS = dt.timedelta(minutes=15)
"""After its first proof a login waits no longer for the second."""


@dataclass(frozen=True, slots=True)
class Passage:
    """What the door said. `login.state` is entered, second or held; only entered begins a session
    and has a `device_token` for the browser to keep."""

    login: Login
    device_token: str = ""
    hold_token: str = ""  # of a held login, for the browser to find it again


def knock(*, challenge: LoginChallenge, visit: Visit, now: dt.datetime) -> Passage:
    """The first proof was right: weigh, and let in or say what is wanted. In the caller's
    transaction; raises Refused for a disabled account."""
    user = _borrower(challenge, language=visit.language, now=now)
    if not user.is_active:
        raise Refused("account-disabled")
    trusted = devices.trusted(user=user, token=visit.device_token, now=now)
    # A password may be known to anybody; what is held besides is what opens the account.
    must_have_second = challenge.way == Way.PASSWORD or (
        not trusted and interlock.wants_second(user=user, visit=visit, now=now)
    )
    weighed = risk.weigh(
        user=user,
        challenge=challenge,
        visit=visit,
        must_have_second=must_have_second,
        trusted=trusted,
        now=now,
    )
    # Two factors were shown in this browser, and none has changed since.
    spared = trusted and not must_have_second and weighed.state == LoginState.SECOND
    login = Login.objects.create(
        user=user,
        first=challenge,
        device=devices.known(user=user, token=visit.device_token),
        label=visit.label,
        network_hash=visit.network_hash,
        state=LoginState.ENTERED if spared else weighed.state,
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
    if login.state == LoginState.HELD:
        return Passage(login, hold_token=holds.begin(login=login, now=now))
    if login.state != LoginState.ENTERED:
        return Passage(login)
    if weighed.notify and login.device is not None:  # of a new browser it is told in any case
        not_me.tell(user=user, kind="accounts.login_unusual", login=login, now=now)
    return _let_in(login, visit, now)


def second(*, login: Login, challenge: LoginChallenge, visit: Visit, now: dt.datetime) -> Passage:
    """A second factor for a login that waits for one. In the caller's transaction; raises Refused
    when it is the first one again, comes from somebody else, or too late."""
    first = login.first
    if first is None or challenge.user_id != login.user_id or challenge.binding != first.binding:
        raise Refused("otp-expired")
    if FACTORS[challenge.way] == FACTORS[first.way]:
        raise Refused("second-factor-same")
    if login.state != LoginState.SECOND or now - login.created_at >= SECOND_LASTS:
        raise Refused("second-late")
    if not login.user.is_active:
        raise Refused("account-disabled")
    _go(login, LoginState.ENTERED, now, second=challenge)
    return _let_in(login, visit, now)


def after_release(*, login: Login, visit: Visit, now: dt.datetime) -> Passage:
    """The browser whose login two officers released goes on. In the caller's transaction; raises
    IllegalMove when it lapsed meanwhile."""
    if not login.user.is_active:
        raise Refused("account-disabled")
    _go(login, LoginState.ENTERED, now)
    return _let_in(login, visit, now)


def _go(login: Login, to: str, now: dt.datetime, **values: Any) -> None:
    move(Login, pk=login.pk, to=to, table=LOGIN_TRANSITIONS, now=now, settled_at=now, **values)
    login.refresh_from_db()


def _let_in(login: Login, visit: Visit, now: dt.datetime) -> Passage:
    """The browser is remembered; a second one of the same person is told to every address. Where
    two factors were shown its owner may have it asked for one from now on."""
    was_here = _was_here(login)
    kept = devices.remember(user=login.user, token=visit.device_token, label=visit.label, now=now)
    login.device = kept.device
    login.save(update_fields=["device"])
    if kept.new and was_here:
        not_me.tell(
            user=login.user, kind="accounts.new_browser", login=login, device=kept.device, now=now
        )
    if visit.remember and login.second_id is not None:
        devices.trust(device=kept.device, now=now)
    return Passage(login, kept.token)


def _was_here(login: Login) -> bool:
    """Whether this person logged in before, be it in a browser that was forgotten since."""
    if Device.objects.filter(user=login.user).exists():
        return True
    earlier = Login.objects.filter(user=login.user).exclude(pk=login.pk)
    return earlier.exclude(state__in=[LoginState.SECOND, LoginState.HELD]).exists()


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
