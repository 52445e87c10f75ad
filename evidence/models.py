"""The log that holds against the operator: records are added, never changed or removed."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _


class Record(models.Model):
    """One leaf. `leaf_hash` commits to kind, time and the salted body, so that an inclusion proof
    stays valid when body and salt are erased by law (个人信息保护法 第47条)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(_("kind"), max_length=80)
    subject = models.CharField(_("subject"), max_length=80)
    at = models.DateTimeField(_("at"))
    body = models.JSONField(_("body"), default=dict)
    salt = models.BinaryField(max_length=16)
    leaf_hash = models.BinaryField(max_length=32)

    class Meta:
        verbose_name = _("evidence record")
        verbose_name_plural = _("evidence records")
        indexes = [
            models.Index(fields=["subject", "at"], name="evidence_subject_at"),
            models.Index(fields=["kind", "at"], name="evidence_kind_at"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"
