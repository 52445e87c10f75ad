"""What a passkey is asked to sign. The passkeys themselves are rows of django-otp-webauthn."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.states import Ceremony, Purpose


class PasskeyChallenge(models.Model):
    """One random challenge, of which only the hash is kept: good for one answer, from the browser
    session that asked, for the ceremony that it was asked for."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    challenge_hash = models.CharField(max_length=64, unique=True, editable=False)
    ceremony = models.CharField(_("ceremony"), max_length=8, choices=Ceremony.choices)
    purpose = models.CharField(_("purpose"), max_length=16, choices=Purpose.choices, blank=True)
    """What a step-up is for; "" for all other ceremonies."""
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, verbose_name=_("person")
    )
    """Whose passkey it must be; None where the passkey itself says who comes."""
    binding = models.CharField(max_length=64, editable=False)
    bucket = models.CharField(max_length=80, editable=False)
    """Whose budget of challenges it spends: a network's, a known browser's or a person's."""
    created_at = models.DateTimeField(_("created at"))
    used_at = models.DateTimeField(_("used at"), null=True)

    class Meta:
        verbose_name = _("passkey challenge")
        verbose_name_plural = _("passkey challenges")
        indexes = [
            models.Index(fields=["bucket", "created_at"], name="passkeychallenge_bucket"),
            models.Index(fields=["binding", "created_at"], name="passkeychallenge_binding"),
            models.Index(fields=["created_at"], name="passkeychallenge_created"),
        ]
        constraints = [
            models.CheckConstraint(
                name="passkeychallenge_ceremony_known", condition=Q(ceremony__in=Ceremony.values)
            ),
            models.CheckConstraint(
                name="passkeychallenge_purpose_known",
                condition=Q(purpose__in=["", *Purpose.values]),
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)
