"""What a passkey signs and how it is checked (WebAuthn Level 3, 7.1 and 7.2), without any row.

Verified by py_webauthn; what it leaves to its caller, or checks before the signature, is here.
"""

import json
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import webauthn
from django.conf import settings
from webauthn import helpers
from webauthn.helpers.structs import (
    AttestationFormat,
    AuthenticatorSelectionCriteria,
    AuthenticatorTransport,
    CredentialDeviceType,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

CHALLENGE_BYTES = 32
LONGEST_ANSWER = 16_000
"""Signs of JSON: an answer of the longest credential id and an RSA key is half of it."""
LONGEST_ID = 1023
VERIFIED = UserVerificationRequirement.REQUIRED


class Invalid(Exception):
    """The answer is not one of a passkey to this challenge."""


@dataclass(frozen=True, slots=True)
class Known:
    """A passkey that somebody has already."""

    credential_id: bytes
    transports: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Made:
    credential_id: bytes
    public_key: bytes
    sign_count: int
    aaguid: str
    transports: tuple[str, ...]
    backup_eligible: bool
    backup_state: bool


@dataclass(frozen=True, slots=True)
class Signed:
    sign_count: int
    backup_state: bool


@dataclass(frozen=True, slots=True)
class Answer:
    """What a browser sent, taken apart and not yet verified."""

    content: dict[str, Any]
    challenge: bytes
    credential_id: bytes
    user_handle: bytes | None


def fresh_challenge() -> bytes:
    return secrets.token_bytes(CHALLENGE_BYTES)


def options_to_add(
    *, challenge: bytes, handle: bytes, name: str, site: str, known: Iterable[Known]
) -> dict[str, Any]:
    """For navigator.credentials.create: discoverable, so that no number has to be typed later; with
    user verification; without attestation, which would name the model of a person's phone."""
    options = webauthn.generate_registration_options(
        rp_id=settings.OTP_WEBAUTHN_RP_ID,
        rp_name=site,
        user_id=handle,
        user_name=name,
        challenge=challenge,
        timeout=settings.PASSKEY_SECONDS * 1000,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=VERIFIED
        ),
        exclude_credentials=_descriptors(known),
    )
    return helpers.options_to_json_dict(options)


def options_to_sign(*, challenge: bytes, known: Iterable[Known]) -> dict[str, Any]:
    """For navigator.credentials.get; without `known` the browser offers whatever it has here."""
    options = webauthn.generate_authentication_options(
        rp_id=settings.OTP_WEBAUTHN_RP_ID,
        challenge=challenge,
        timeout=settings.PASSKEY_SECONDS * 1000,
        allow_credentials=_descriptors(known),
        user_verification=VERIFIED,
    )
    return helpers.options_to_json_dict(options)


def _descriptors(known: Iterable[Known]) -> list[PublicKeyCredentialDescriptor]:
    named = {transport.value for transport in AuthenticatorTransport}
    return [
        PublicKeyCredentialDescriptor(
            id=one.credential_id,
            transports=[AuthenticatorTransport(t) for t in one.transports if t in named],
        )
        for one in known
    ]


def read(text: str) -> Answer:
    """Take an answer apart; raises Invalid. Nothing of it may be believed yet."""
    if len(text) > LONGEST_ANSWER:
        raise Invalid("too long")
    try:
        content = json.loads(text)
        response = content["response"]
        client = helpers.parse_client_data_json(
            helpers.base64url_to_bytes(response["clientDataJSON"])
        )
        handle = response.get("userHandle")
        answer = Answer(
            content=content,
            challenge=client.challenge,
            credential_id=helpers.base64url_to_bytes(content["rawId"]),
            user_handle=helpers.base64url_to_bytes(handle) if handle else None,
        )
    except Exception as error:  # a stranger's bytes: whatever they break is refused
        raise Invalid("unreadable") from error
    if client.cross_origin:  # nobody may frame us, so no page of ours asks from inside another
        raise Invalid("asked for inside another page")
    return answer


def verify_made(answer: Answer) -> Made:
    """A passkey that was just made for the challenge that the answer names; raises Invalid."""
    try:
        parsed = helpers.parse_registration_credential_json(answer.content)
        statement = helpers.parse_attestation_object(parsed.response.attestation_object)
        if not (
            statement.fmt == AttestationFormat.NONE
            # Signed by the new key itself, which some browsers leave in; no chain is ever read.
            or (statement.fmt == AttestationFormat.PACKED and statement.att_stmt.x5c is None)
        ):
            raise Invalid("attested, which nobody asked for")
        made = webauthn.verify_registration_response(
            credential=parsed,
            expected_challenge=answer.challenge,
            expected_rp_id=settings.OTP_WEBAUTHN_RP_ID,
            expected_origin=settings.PASSKEY_ORIGIN,
            require_user_verification=True,
        )
    except Invalid:
        raise
    except Exception as error:
        raise Invalid("not verified") from error
    if len(made.credential_id) > LONGEST_ID or len(made.credential_public_key) > LONGEST_ID:
        raise Invalid("too long")
    return Made(
        credential_id=made.credential_id,
        public_key=made.credential_public_key,
        sign_count=made.sign_count,
        aaguid=made.aaguid,
        transports=tuple(one.value for one in parsed.response.transports or ()),
        backup_eligible=made.credential_device_type == CredentialDeviceType.MULTI_DEVICE,
        backup_state=made.credential_backed_up,
    )


def verify_signed(answer: Answer, *, public_key: bytes) -> Signed:
    """An answer to the challenge that it names, signed with this key after the authenticator asked
    for a finger, a face or a PIN; raises Invalid. The count is the caller's to compare: py_webauthn
    would refuse it before it looks at the signature, so that strangers could make it look copied.
    """
    try:
        signed = webauthn.verify_authentication_response(
            credential=answer.content,
            expected_challenge=answer.challenge,
            expected_rp_id=settings.OTP_WEBAUTHN_RP_ID,
            expected_origin=settings.PASSKEY_ORIGIN,
            credential_public_key=public_key,
            credential_current_sign_count=0,
            require_user_verification=True,
        )
    except Exception as error:
        raise Invalid("not verified") from error
    return Signed(signed.new_sign_count, signed.credential_backed_up)


def copied(*, before: int, now: int) -> bool:
    """Whether a count that should have grown did not: two authenticators hold this key. Passkeys
    that a vendor keeps in step on several devices count nothing, and always say 0."""
    return (before > 0 or now > 0) and now <= before
