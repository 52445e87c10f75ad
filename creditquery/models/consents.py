"""The written agreement to one query (征信业管理条例 第十八条) and the texts agreed to."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from creditquery.models.loans import Institution
from portal.crypto import SealedTextField


class Purpose(models.TextChoices):
    """Why the report is fetched; the value is the bureau's query reason."""

    LOAN = "02", _("Deciding on the loan that you applied for")
    GUARANTEE = "08", _("Checking you as guarantor of a loan")


class ConsentText(models.Model):
    """One published wording in both languages; never edited, a new version replaces it."""

    version = models.CharField(_("version"), max_length=20)
    purpose = models.CharField(_("purpose"), max_length=2, choices=Purpose.choices)
    text_zh = models.TextField(_("Chinese text"))
    text_en = models.TextField(_("English text"))
    sha256 = models.CharField(_("hash"), max_length=64)
    published_at = models.DateTimeField(_("published at"))

    class Meta:
        verbose_name = _("consent text")
        verbose_name_plural = _("consent texts")
        constraints = [
            models.UniqueConstraint(fields=["purpose", "version"], name="consent_text_version")
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.version}"


class Consent(models.Model):
    """A signed agreement. `document` is what was signed, as canonical JSON with a random salt, so
    that `sha256` may stand in the evidence log and at the bureau without telling who signed."""

    reference = models.CharField(_("reference"), max_length=40, unique=True)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="consents", verbose_name=_("person")
    )
    purpose = models.CharField(_("purpose"), max_length=2, choices=Purpose.choices)
    recipient = models.ForeignKey(Institution, models.PROTECT, verbose_name=_("recipient"))
    text = models.ForeignKey(ConsentText, models.PROTECT, verbose_name=_("text"))
    language = models.CharField(_("language"), max_length=10)
    document = SealedTextField(_("signed document"))
    sha256 = models.CharField(_("hash"), max_length=64)
    signed_with = models.CharField(_("signed with code"), max_length=64)
    signed_at = models.DateTimeField(_("signed at"))
    expires_at = models.DateTimeField(_("valid until"))
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True)

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(withdrawn_at=None)
                | models.Q(withdrawn_at__gte=models.F("signed_at")),
                name="consent_withdrawn_after_signed",
            )
        ]

    def __str__(self) -> str:
        return self.reference
