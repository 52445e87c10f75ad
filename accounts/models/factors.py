"""The second factor of staff: an authenticator app (TOTP, RFC 6238) whose secret is sealed."""

import base64
import os
from urllib.parse import quote, urlencode

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django_otp.models import Device, ThrottlingMixin
from django_otp.oath import TOTP

from portal.crypto import SealedBytesField
from portal.validators import plain

STEP_SECONDS = 30
DIGITS = 6
TOLERANCE = 1
"""Steps of clock difference that are forgiven; a token counts once whatever its step."""


def fresh_secret() -> bytes:
    return os.urandom(20)


class Authenticator(ThrottlingMixin, Device):
    """django-otp's own TOTP device keeps the secret in the clear, so this is ours; it is checked
    through django_otp.verify_token, which locks the row."""

    secret = SealedBytesField(_("secret"), default=fresh_secret)
    last_step = models.BigIntegerField(default=-1, editable=False)

    class Meta(Device.Meta):
        verbose_name = _("authenticator")
        verbose_name_plural = _("authenticators")

    def __str__(self) -> str:
        return str(self.user)

    def verify_token(self, token: str) -> bool:
        """Whether the token is right, new, and not one guess too many; call on a locked row."""
        allowed, _reason = self.verify_is_allowed()
        if not allowed:
            return False
        digits = plain(token)
        totp = TOTP(bytes(self.secret), STEP_SECONDS, 0, DIGITS)
        totp.time = totp.time  # stands still, so that the step that is kept is the one compared
        if (
            digits.isascii()
            and digits.isdigit()
            and len(digits) == DIGITS
            and totp.verify(int(digits), TOLERANCE, self.last_step + 1)
        ):
            self.last_step = totp.t()
            self.throttle_reset(commit=False)
            self.save()
            return True
        self.throttle_increment(commit=True)
        return False

    def get_throttle_factor(self) -> float:
        return settings.OTP_TOTP_THROTTLE_FACTOR

    @property
    def secret_base32(self) -> str:
        return base64.b32encode(bytes(self.secret)).decode()

    @property
    def address(self) -> str:
        """What the QR code holds (the authenticator apps' otpauth:// form)."""
        issuer = settings.OTP_TOTP_ISSUER
        label = quote(f"{issuer}:{self.user.get_username()}")
        return f"otpauth://totp/{label}?" + urlencode(
            {"secret": self.secret_base32, "issuer": issuer}, quote_via=quote
        )
