"""A person's own passkeys: added after a step-up, named, removed; told to every known address."""

import datetime as dt
from typing import Any

from django.db import transaction
from django_otp_webauthn.models import WebAuthnCredential, WebAuthnUserHandle

from accounts import passkeys, texts
from accounts.models import User
from accounts.passkeys import Invalid, Made
from accounts.refusals import Refused
from accounts.selectors.passkeys import lacks_passkey
from accounts.selectors.passkeys import passkeys as passkeys_of
from accounts.services import freezing, messages
from accounts.services.challenges import Asker
from accounts.services.passkeys import fresh, known_of, take
from accounts.states import Ceremony
from evidence.services import record
from portal import masks

AT_MOST = 10
NAME_LENGTH = 64


def check_can_register(*, user: User, now: dt.datetime) -> None:
    """Raises Refused. That a step-up was made lately is the view's to know."""
    if not user.is_active:
        raise Refused("account-disabled")
    if user.is_borrower:
        freezing.check(user=user, now=now)
    if passkeys_of(user).count() >= AT_MOST:
        raise Refused("passkey-enough")


def ask(*, user: User, asker: Asker, site: str, now: dt.datetime) -> dict[str, Any]:
    """What the browser hands to navigator.credentials.create, as JSON; raises Refused."""
    check_can_register(user=user, now=now)
    challenge = fresh(ceremony=Ceremony.ENROL, asker=asker, user=user, now=now)
    return passkeys.options_to_add(
        challenge=challenge,
        handle=WebAuthnUserHandle.get_handle_for_user(user),
        name=user.username or masks.phone(user.phone),
        site=site,
        known=known_of(user),
    )


def add(*, user: User, name: str, text: str, asker: Asker, now: dt.datetime) -> WebAuthnCredential:
    """Raises Refused."""
    refusal = None
    with transaction.atomic():
        # One at a time for a person, so that the number of passkeys is what it was counted to be.
        User.objects.select_for_update(no_key=True).get(pk=user.pk)
        check_can_register(user=user, now=now)
        answer = take(ceremony=Ceremony.ENROL, text=text, asker=asker, user=user, now=now)
        try:
            return _keep(user, name, passkeys.verify_made(answer), now)
        except Invalid as error:
            refusal = Refused("passkey-wrong")
            refusal.__cause__ = error
        except Refused as error:
            refusal = error
    raise refusal


def _keep(user: User, name: str, made: Made, now: dt.datetime) -> WebAuthnCredential:
    key = WebAuthnCredential.get_credential_id_sha256(made.credential_id)
    credential, is_new = WebAuthnCredential.objects.get_or_create(
        credential_id_sha256=key,
        defaults={
            "user": user,
            "name": name[:NAME_LENGTH],
            "credential_id": made.credential_id,
            "public_key": made.public_key,
            "sign_count": made.sign_count,
            "aaguid": made.aaguid,
            "transports": list(made.transports),
            "discoverable": True,
            "backup_eligible": made.backup_eligible,
            "backup_state": made.backup_state,
        },
    )
    if not is_new:  # an id that somebody has already: an authenticator draws a fresh one
        raise Refused("passkey-wrong")
    _changed("added", credential, now)
    return credential


def rename(*, user: User, pk: int, name: str, now: dt.datetime) -> bool:
    """False when it is nobody's or somebody else's."""
    with transaction.atomic():
        renamed = passkeys_of(user).filter(pk=pk).update(name=name[:NAME_LENGTH])
        if renamed:
            record(kind="accounts.passkey.renamed", subject=str(pk), now=now)
    return bool(renamed)


def remove(*, user: User, pk: int, now: dt.datetime) -> bool:
    """False when it is nobody's or somebody else's. Raises Refused for the last one of somebody who
    must have one: the next one comes before the old one goes."""
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).get(pk=user.pk)
        if user.is_borrower:
            freezing.check(user=user, now=now)
        credential = passkeys_of(user).filter(pk=pk).first()
        if credential is None:
            return False
        _changed("removed", credential, now)
        credential.delete()
        if lacks_passkey(user):
            raise Refused("passkey-last")
    return True


def _changed(what: str, credential: WebAuthnCredential, now: dt.datetime) -> None:
    user = credential.user
    body = {"user": user.pk}
    record(kind=f"accounts.passkey.{what}", subject=str(credential.pk), body=body, now=now)
    moment = {"time": texts.moment(now)}
    kind = f"accounts.passkey_{what}"
    messages.send_everywhere(user=user, kind=kind, context=moment, now=now)
