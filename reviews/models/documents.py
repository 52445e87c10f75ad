"""What a borrower handed in: the original in quarantine, the copy that is shown, what was read."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.crypto import SealedBytesField, SealedTextField
from reviews.models.cases import ReviewTask
from reviews.states.documents import DOCUMENT_EMPTY, DocumentKind, DocumentState


class Document(models.Model):
    """`original` is what was handed in, byte by byte, and nobody is shown it; `copy` is what was
    rebuilt of it (portal/intake). `sha256` is the original's, and outlives it."""

    task = models.ForeignKey(
        ReviewTask, models.PROTECT, related_name="documents", verbose_name=_("case")
    )
    kind = models.CharField(_("kind"), max_length=16, choices=DocumentKind.choices)
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
    password = SealedTextField(null=True)
    tries = models.PositiveSmallIntegerField(_("passwords tried"), default=0)
    refusal = models.CharField(_("why it was not accepted"), max_length=40, blank=True)
    media_type = models.CharField(_("type"), max_length=40, blank=True)
    pages_count = models.PositiveSmallIntegerField(_("pages"), default=0)
    removed = models.JSONField(
        _("taken out"), default=list, help_text=_("What the rebuilt copy is without.")
    )
    copy = SealedBytesField(_("copy"), null=True)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("handed in by")
    )
    uploaded_at = models.DateTimeField(_("handed in at"))
    changed_at = models.DateTimeField(_("changed at"))

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        ordering = ("pk",)
        indexes = [models.Index(fields=["task", "id"], name="document_of_task")]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=DocumentState.values), name="document_state"
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=sorted(DOCUMENT_EMPTY),
                    original__isnull=True,
                    copy__isnull=True,
                    password__isnull=True,
                )
                | ~Q(state__in=sorted(DOCUMENT_EMPTY)) & Q(original__isnull=False),
                name="document_empty_when_gone",
            ),
            # Nobody can be shown a copy of what was not rebuilt.
            models.CheckConstraint(
                condition=Q(copy__isnull=True) | Q(state=DocumentState.SANITISED),
                name="document_copy_when_sanitised",
            ),
            models.CheckConstraint(
                condition=Q(state=DocumentState.REFUSED) & ~Q(refusal="")
                | ~Q(state=DocumentState.REFUSED),
                name="document_refused_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.task_id}/{self.pk}"


class DocumentPage(models.Model):
    """A page of the copy as a picture without metadata."""

    document = models.ForeignKey(Document, models.CASCADE, related_name="pages")
    number = models.PositiveSmallIntegerField(_("page"))
    image = SealedBytesField(_("picture"))
    media_type = models.CharField(_("type"), max_length=12)
    width = models.PositiveIntegerField(_("width in pixels"))
    height = models.PositiveIntegerField(_("height in pixels"))
    words = SealedTextField(
        _("words"), help_text=_("The text that the page has by itself, with places, as JSON.")
    )

    class Meta:
        verbose_name = _("page of a document")
        verbose_name_plural = _("pages of documents")
        ordering = ("number",)
        constraints = [
            models.UniqueConstraint(fields=["document", "number"], name="document_page_once")
        ]

    def __str__(self) -> str:
        return f"{self.document_id} {self.number}"


class DocumentReading(models.Model):
    """What a machine read in it: hints beside the picture, never a decision. `content` is the JSON
    of portal.reading.read.Reading."""

    document = models.OneToOneField(Document, models.CASCADE, related_name="reading")
    content = SealedTextField(_("content"))
    engine = models.CharField(_("read with"), max_length=60)
    read_at = models.DateTimeField(_("read at"))

    class Meta:
        verbose_name = _("reading of a document")
        verbose_name_plural = _("readings of documents")

    def __str__(self) -> str:
        return f"{self.document_id} {self.engine}"
