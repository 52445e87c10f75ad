"""Results that a channel brought by itself, and callbacks that were refused."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from creditquery.models.queries import CreditQuery
from portal.crypto import SealedBytesField


class Callback(models.Model):
    """A callback that was believed. What it says settles the query as an answer to asking would.

    `message` names the sending that it speaks of; of the callbacks about one sending the highest
    `sequence` holds. The report in it is sealed, and deleted when it was used or on schedule.
    """

    class Said(models.TextChoices):
        REPORT = "report", _("report")
        REFUSED = "refused", _("refused")
        WORKING = "working", _("still working")

    channel = models.CharField(_("channel"), max_length=20)
    query = models.ForeignKey(
        CreditQuery, models.PROTECT, related_name="callbacks", verbose_name=_("query")
    )
    message = models.CharField(_("about the message"), max_length=64)
    sequence = models.PositiveBigIntegerField(_("sequence"))
    said = models.CharField(_("says"), max_length=8, choices=Said.choices)
    number = models.CharField(_("report number or code"), max_length=22, blank=True)
    content = SealedBytesField(_("content"), null=True)
    received_at = models.DateTimeField(_("received at"))
    expires_at = models.DateTimeField(_("deleted after"))

    class Meta:
        verbose_name = _("callback")
        verbose_name_plural = _("callbacks")
        constraints = [
            models.UniqueConstraint(
                fields=["channel", "message", "sequence"], name="callback_once"
            ),
            models.CheckConstraint(
                condition=Q(said="report") | Q(content__isnull=True), name="callback_content"
            ),
        ]
        indexes = [
            models.Index(
                fields=["expires_at"], name="callback_due", condition=Q(content__isnull=False)
            )
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.message}.{self.sequence}"


class CallbackNonce(models.Model):
    """A nonce that was seen: the same message is not taken a second time."""

    channel = models.CharField(max_length=20)
    nonce = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["channel", "nonce"], name="callback_nonce_once")
        ]
        indexes = [models.Index(fields=["at"], name="callback_nonce_at")]

    def __str__(self) -> str:
        return f"{self.channel} {self.nonce}"


class CallbackRefusal(models.Model):
    """A callback that was not believed: why, and what it was by its hash alone. When there are
    more in a minute than anybody reads, one row of that minute counts the rest."""

    channel = models.CharField(_("channel"), max_length=20)
    reason = models.CharField(_("reason"), max_length=20)
    at = models.DateTimeField(_("at"))
    sha256 = models.CharField(_("SHA-256"), max_length=64, blank=True)
    size = models.PositiveBigIntegerField(_("bytes"), default=0)
    count = models.PositiveIntegerField(_("how many"), default=1)

    class Meta:
        verbose_name = _("refused callback")
        verbose_name_plural = _("refused callbacks")
        constraints = [
            models.UniqueConstraint(
                fields=["channel", "at"], name="refusals_counted_once", condition=Q(reason="more")
            )
        ]
        indexes = [models.Index(fields=["channel", "-at"], name="refusal_latest")]

    def __str__(self) -> str:
        return f"{self.channel} {self.reason}"
