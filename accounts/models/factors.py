"""Factors beside the code by message: an authenticator app (TOTP, RFC 6238) whose secret is sealed,
and backup codes of which only hashes are kept."""

import base64
import datetime as dt
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
    added_at = models.DateTimeField(_("added at"), null=True)
    used_at = models.DateTimeField(_("last used at"), null=True)

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
        if self._take(token, None):
            self.throttle_reset(commit=False)
            self.save()
            return True
        self.throttle_increment(commit=True)
        return False

    def matches(self, token: str, *, now: dt.datetime) -> bool:
        """As `verify_token` for a borrower, whose guesses the account's one budget counts: the
        wait that doubles with each wrong number would let a stranger shut the owner out for
        months. Call on a locked row; `spend` what matched."""
        return self._take(token, now.timestamp())

    def spend(self, *, now: dt.datetime) -> None:
        """The number that matched, and every earlier one, is used up."""
        self.used_at = now
        self.save(update_fields=["last_step", "used_at"])

    def _take(self, token: str, at: float | None) -> bool:
        """Whether the token is right at this moment (now, when None) and of a step after the last
        that was used."""
        digits = plain(token)
        totp = TOTP(bytes(self.secret), STEP_SECONDS, 0, DIGITS)
        # Stands still, so that the step that is kept is the one compared.
        totp.time = totp.time if at is None else at
        right = (
            digits.isascii()
            and digits.isdigit()
            and len(digits) == DIGITS
            and totp.verify(int(digits), TOLERANCE, self.last_step + 1)
        )
        if right:
            self.last_step = totp.t()
        return right

    def get_throttle_factor(self) -> float:
        return settings.OTP_TOTP_THROTTLE_FACTOR

    @property
    def secret_base32(self) -> str:
        return base64.b32encode(bytes(self.secret)).decode()

    @property
    def address(self) -> str:
        """What the QR code holds (the authenticator apps' otpauth:// form)."""
        issuer = settings.OTP_TOTP_ISSUER
        label = quote(f"{issuer}:{self.user}")
        return f"otpauth://totp/{label}?" + urlencode(
            {"secret": self.secret_base32, "issuer": issuer}, quote_via=quote
        )


class BackupSet(models.Model):
    """The backup codes that a person printed last; a new set replaces it."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, verbose_name=_("person"), related_name="+"
    )
    salt = models.BinaryField(editable=False)
    created_at = models.DateTimeField(_("created at"))

    class Meta:
        verbose_name = _("set of backup codes")
        verbose_name_plural = _("sets of backup codes")

    def __str__(self) -> str:
        return str(self.user)


class BackupCode(models.Model):
    """One of 65 random bits; what is kept is its argon2 hash under the salt of its set."""

    of_set = models.ForeignKey(BackupSet, models.CASCADE, related_name="codes")
    code_hash = models.BinaryField(editable=False)
    used_at = models.DateTimeField(_("used at"), null=True)

    class Meta:
        verbose_name = _("backup code")
        verbose_name_plural = _("backup codes")
        constraints = [
            models.UniqueConstraint(fields=["of_set", "code_hash"], name="backupcode_once_a_set")
        ]

    def __str__(self) -> str:
        return str(self.pk)
