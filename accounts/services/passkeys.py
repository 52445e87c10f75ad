"""Passkeys as a way in, as a second factor and as a step-up. Adding them: services/own_passkeys.

ask (a row, throttled) -> the browser signs -> the row is used up -> verified -> the door
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import transaction
from django_otp_webauthn.models import WebAuthnCredential, WebAuthnUserHandle

from accounts import passkeys
from accounts.codes import hashed
from accounts.models import Device, Login, LoginChallenge, PasskeyChallenge, User
from accounts.passkeys import Answer, Invalid, Known
from accounts.refusals import Refused
from accounts.selectors.passkeys import passkeys as passkeys_of
from accounts.services import budgets, challenges, door, interlock
from accounts.services.challenges import Asker
from accounts.services.door import Passage
from accounts.services.visit import Visit
from accounts.states import Ceremony, LoginState, Purpose, Way
from evidence.services import record

WINDOW = dt.timedelta(minutes=5)


def ask(
    *,
    ceremony: str,
    asker: Asker,
    user: User | None,
    now: dt.datetime,
    purpose: str = "",
) -> dict[str, Any]:
    """What the browser hands to navigator.credentials.get, as JSON. Raises Refused when there were
    too many."""
    known = [] if user is None else known_of(user)
    if user is not None and not known:
        raise Refused("passkey-none")
    challenge = fresh(ceremony=ceremony, asker=asker, user=user, purpose=purpose, now=now)
    return passkeys.options_to_sign(challenge=challenge, known=known)


def known_of(user: User) -> list[Known]:
    return [
        Known(bytes(one.credential_id), tuple(one.transports or ())) for one in passkeys_of(user)
    ]


def fresh(
    *, ceremony: str, asker: Asker, user: User | None, now: dt.datetime, purpose: str = ""
) -> bytes:
    """A new challenge, of which the row keeps the hash; raises Refused when there were too many."""
    challenge, binding = passkeys.fresh_challenge(), hashed(asker.binding)
    with transaction.atomic():
        bucket, limit = _bucket(asker, user)
        budgets.hold(hashed(bucket), binding)
        since = PasskeyChallenge.objects.filter(created_at__gt=now - WINDOW)
        _check(since.filter(binding=binding), settings.PASSKEY_BEGINS_SESSION)
        _check(since.filter(bucket=bucket), limit)
        PasskeyChallenge.objects.create(
            challenge_hash=_key(challenge),
            ceremony=ceremony,
            purpose=purpose,
            user=user,
            binding=binding,
            bucket=bucket,
            created_at=now,
        )
    return challenge


def _bucket(asker: Asker, user: User | None) -> tuple[str, int]:
    """Whose budget is spent, and how large it is. Strangers share their network's, so that they can
    eat up neither a known browser's nor that of whoever is in already."""
    if user is not None:
        return f"user:{user.pk}", settings.PASSKEY_BEGINS_SESSION
    token = hashed(asker.device_token)
    if asker.device_token and Device.objects.filter(token_hash=token).exists():
        return f"device:{token}", settings.PASSKEY_BEGINS_SESSION
    return f"network:{asker.network_hash}", settings.PASSKEY_BEGINS_NETWORK


def _check(asked: Any, limit: int) -> None:
    moments = list(asked.order_by("-created_at").values_list("created_at", flat=True)[:limit])
    if len(moments) == limit:
        raise Refused("passkey-often", next_at=moments[-1] + WINDOW)


def _key(challenge: bytes) -> str:
    return hashed(challenge.hex())


@dataclass(frozen=True, slots=True)
class Proof:
    """What an answer came to. A refusal is a value: that the challenge is used up, and what was
    noted, must be committed before anybody raises it."""

    credential: WebAuthnCredential | None = None
    refusal: Refused | None = None


def take(
    *,
    ceremony: str,
    text: str,
    asker: Asker,
    user: User | None,
    now: dt.datetime,
    purpose: str = "",
) -> Answer:
    """Use up the challenge that an answer names: of this ceremony, session and person, young enough
    and for the first time. In the caller's transaction; raises Refused."""
    try:
        answer = passkeys.read(text)
    except Invalid as error:
        raise Refused("passkey-wrong") from error
    age = dt.timedelta(seconds=settings.PASSKEY_SECONDS)
    asked = PasskeyChallenge.objects.filter(
        challenge_hash=_key(answer.challenge),
        ceremony=ceremony,
        purpose=purpose,
        user=user,
        binding=hashed(asker.binding),
        created_at__gt=now - age,
        used_at__isnull=True,
    )
    if asked.update(used_at=now) != 1:
        raise Refused("passkey-stale")
    return answer


def log_in(*, text: str, asker: Asker, visit: Visit, now: dt.datetime) -> Passage:
    """What the door says to a passkey alone; raises Refused."""
    with transaction.atomic():
        proof = _prove(Ceremony.LOGIN, text, asker, None, now)
        refusal = proof.refusal
        if proof.credential is not None:
            challenge = _proved(proof.credential.user, Purpose.LOGIN, asker, now)
            refusal = interlock.refuse_staff(challenge=challenge, visit=visit, right=True, now=now)
            if refusal is None:
                try:
                    return door.knock(challenge=challenge, visit=visit, now=now)
                except Refused as error:
                    refusal = error
    assert refusal is not None
    raise refusal


def second(*, login: Login, text: str, asker: Asker, visit: Visit, now: dt.datetime) -> Passage:
    """A passkey as the second factor of a login that waits for one; raises Refused."""
    with transaction.atomic():
        login = (
            Login.objects.select_for_update(of=("self",)).select_related("user").get(pk=login.pk)
        )
        proof = _prove(Ceremony.SECOND, text, asker, login.user, now)
        refusal = proof.refusal
        if refusal is None and login.state != LoginState.SECOND:
            refusal = Refused("passkey-stale")
        if refusal is None:
            challenge = _proved(login.user, Purpose.LOGIN, asker, now)
            refusal = interlock.refuse_staff(challenge=challenge, visit=visit, right=True, now=now)
            if refusal is None:
                return door.second(login=login, challenge=challenge, visit=visit, now=now)
    raise refusal


def confirm(
    *, user: User, purpose: str, text: str, asker: Asker, now: dt.datetime
) -> LoginChallenge:
    """The step-up of somebody who is logged in; raises Refused."""
    with transaction.atomic():
        proof = _prove(Ceremony.CONFIRM, text, asker, user, now, purpose)
        if proof.refusal is None:
            return _proved(user, purpose, asker, now)
    raise proof.refusal


def second_of_staff(*, user: User, text: str, asker: Asker, now: dt.datetime) -> WebAuthnCredential:
    """The passkey of somebody of the staff whose password was right; raises Refused."""
    with transaction.atomic():
        proof = _prove(Ceremony.STAFF, text, asker, user, now)
    if proof.credential is None:
        raise proof.refusal or Refused("passkey-wrong")
    return proof.credential


def _proved(user: User, purpose: str, asker: Asker, now: dt.datetime) -> LoginChallenge:
    return challenges.proved(purpose=purpose, user=user, way=Way.PASSKEY, asker=asker, now=now)


def _prove(
    ceremony: str, text: str, asker: Asker, user: User | None, now: dt.datetime, purpose: str = ""
) -> Proof:
    try:
        answer = take(
            ceremony=ceremony, text=text, asker=asker, user=user, purpose=purpose, now=now
        )
        return Proof(_verified(answer, user, now))
    except Refused as error:
        return Proof(refusal=error)


def _verified(answer: Answer, user: User | None, now: dt.datetime) -> WebAuthnCredential:
    """The passkey that signed; raises Refused. Its row is locked, for its count is compared."""
    credential = (
        WebAuthnCredential.objects.select_for_update(of=("self",))
        .select_related("user")
        .filter(
            credential_id_sha256=WebAuthnCredential.get_credential_id_sha256(answer.credential_id),
            confirmed=True,
        )
        .first()
    )
    if credential is None or not _belongs(credential, answer, user):
        raise Refused("passkey-unknown")
    try:
        signed = passkeys.verify_signed(answer, public_key=bytes(credential.public_key))
    except Invalid as error:
        raise Refused("passkey-wrong") from error
    if passkeys.copied(before=credential.sign_count, now=signed.sign_count):
        body = {"before": credential.sign_count, "now": signed.sign_count}
        record(kind="accounts.passkey.copied", subject=str(credential.pk), body=body, now=now)
        raise Refused("passkey-copied")
    credential.sign_count, credential.backup_state = signed.sign_count, signed.backup_state
    credential.last_used_at = now
    credential.save(update_fields=["sign_count", "backup_state", "last_used_at"])
    return credential


def _belongs(credential: WebAuthnCredential, answer: Answer, user: User | None) -> bool:
    """Whether it is this person's; where the passkey itself says who comes, a borrower's, who must
    be named by its user handle (WebAuthn 7.2, step 6)."""
    if user is not None:
        return bool(credential.user_id == user.pk)
    handle = WebAuthnUserHandle.objects.filter(user=credential.user).first()
    return bool(
        credential.user.is_borrower and handle is not None and handle.handle == answer.user_handle
    )
