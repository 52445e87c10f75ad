"""Reports and files made of them, sealed and deleted on schedule; and who looked at what."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from creditquery.models.queries import CreditQuery
from creditquery.states import FileState
from portal.crypto import SealedBytesField, SealedTextField


class CreditReport(models.Model):
    """A report exactly as received, once it has been read and is about the right person.

    It is read again when shown: that takes milliseconds, and a second, normalised copy could only
    disagree. `pdf` is rendered when first wanted, and has no password: each file gets its own.
    """

    query = models.OneToOneField(
        CreditQuery, models.PROTECT, related_name="report", verbose_name=_("query")
    )
    number = models.CharField(_("report number"), max_length=22)
    content = SealedBytesField(_("content"), null=True)
    pdf = SealedBytesField(_("PDF"), null=True)
    received_at = models.DateTimeField(_("received at"))
    expires_at = models.DateTimeField(_("deleted after"))
    purged_at = models.DateTimeField(_("deleted at"), null=True)

    class Meta:
        verbose_name = _("credit report")
        verbose_name_plural = _("credit reports")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(purged_at=None, content__isnull=False)
                | models.Q(purged_at__isnull=False, content__isnull=True, pdf__isnull=True),
                name="report_purged_is_empty",
            )
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def source(self) -> bytes:
        """What the bureau sent, XML or JSON; b"" once it is deleted."""
        return bytes(self.content or b"")


class ReportFile(models.Model):
    """One PDF under the password that its reader chose; the password goes when the file is made."""

    report = models.ForeignKey(
        CreditReport, models.PROTECT, related_name="files", verbose_name=_("report")
    )
    state = models.CharField(
        _("state"), max_length=8, choices=FileState.choices, default=FileState.WANTED
    )
    password = SealedTextField(null=True)
    content = SealedBytesField(null=True)
    wanted_at = models.DateTimeField(_("wanted at"))
    expires_at = models.DateTimeField(_("deleted after"))

    class Meta:
        verbose_name = _("report file")
        verbose_name_plural = _("report files")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(
                    state=FileState.WANTED, password__isnull=False, content__isnull=True
                )
                | models.Q(state=FileState.READY, password__isnull=True, content__isnull=False)
                | models.Q(state=FileState.PURGED, password__isnull=True, content__isnull=True),
                name="report_file_state",
            )
        ]
        indexes = [models.Index(fields=["report", "-wanted_at"], name="report_file_newest")]

    def __str__(self) -> str:
        return f"{self.report_id} {self.pk}"


class AccessLog(models.Model):
    """Who saw which report, when, how and what for (征信业管理条例 第二十二条)."""

    class Action(models.TextChoices):
        VIEWED = "viewed", _("viewed")
        DOWNLOADED = "downloaded", _("downloaded")
        REVEALED = "revealed", _("revealed to staff")

    at = models.DateTimeField(_("at"))
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("who")
    )
    query = models.ForeignKey(
        CreditQuery, models.PROTECT, related_name="accesses", verbose_name=_("query")
    )
    action = models.CharField(_("what"), max_length=12, choices=Action.choices)
    purpose = models.CharField(_("what for"), max_length=200)

    class Meta:
        verbose_name = _("access")
        verbose_name_plural = _("access log")
        indexes = [models.Index(fields=["query", "at"], name="access_query_at")]

    def __str__(self) -> str:
        return f"{self.query_id} {self.action}"
