"""What an asker handed in: the original in quarantine, and the copy that officers are shown."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.crypto import SealedBytesField, SealedTextField
from recovery.models.tickets import RecoveryTicket
from recovery.states import PaperKind
from reviews.states.documents import DOCUMENT_EMPTY, DocumentState


class RecoveryPaper(models.Model):
    """Like a document of a review, and of nobody who is logged in. `original` is shown to nobody;
    `copy` is what was rebuilt of it (portal/intake)."""

    ticket = models.ForeignKey(
        RecoveryTicket, models.PROTECT, related_name="papers", verbose_name=_("recovery")
    )
    kind = models.CharField(_("kind"), max_length=16, choices=PaperKind.choices)
    state = models.CharField(
        _("state"),
        max_length=12,
        choices=DocumentState.choices,
        default=DocumentState.QUARANTINED,
    )
    name = SealedTextField(_("name of the file"))
    size = models.PositiveIntegerField(_("size in bytes"))
    sha256 = models.CharField(_("hash"), max_length=64)
    original = SealedBytesField(_("original"), null=True)
    copy = SealedBytesField(_("copy"), null=True)
    refusal = models.CharField(_("why it was not accepted"), max_length=40, blank=True)
    media_type = models.CharField(_("type"), max_length=40, blank=True)
    pages_count = models.PositiveSmallIntegerField(_("pages"), default=0)
    removed = models.JSONField(_("taken out"), default=list)
    uploaded_at = models.DateTimeField(_("handed in at"))
    changed_at = models.DateTimeField(_("changed at"))

    class Meta:
        verbose_name = _("paper of a recovery")
        verbose_name_plural = _("papers of recoveries")
        ordering = ("pk",)
        indexes = [models.Index(fields=["ticket", "id"], name="recovery_paper_of_ticket")]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=DocumentState.values), name="recovery_paper_state"
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=sorted(DOCUMENT_EMPTY), original__isnull=True, copy__isnull=True
                )
                | ~Q(state__in=sorted(DOCUMENT_EMPTY)) & Q(original__isnull=False),
                name="recovery_paper_empty_when_gone",
            ),
            models.CheckConstraint(
                condition=Q(copy__isnull=True) | Q(state=DocumentState.SANITISED),
                name="recovery_paper_copy_when_sanitised",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id}/{self.pk}"


class RecoveryPage(models.Model):
    """A page of the copy as a picture without metadata."""

    paper = models.ForeignKey(RecoveryPaper, models.CASCADE, related_name="pages")
    number = models.PositiveSmallIntegerField(_("page"))
    image = SealedBytesField(_("picture"))
    media_type = models.CharField(_("type"), max_length=12)
    width = models.PositiveIntegerField(_("width in pixels"))
    height = models.PositiveIntegerField(_("height in pixels"))
    words = SealedTextField(_("words"))

    class Meta:
        verbose_name = _("page of a paper")
        verbose_name_plural = _("pages of papers")
        ordering = ("number",)
        constraints = [
            models.UniqueConstraint(fields=["paper", "number"], name="recovery_page_once")
        ]

    def __str__(self) -> str:
        return f"{self.paper_id} {self.number}"
