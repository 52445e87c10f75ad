"""How a member of staff proves to a borrower who they are: one phrase on two screens."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class OfficerPhrase(models.Model):
    """The phrase is derived from the id and a server key (accounts/phrases.py) and stored nowhere.

    Begun by the officer, or by the borrower (`officer` empty) until an officer who has the
    borrower's case takes it up. It proves the officer to the borrower and nothing else.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    borrower = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("borrower")
    )
    officer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("officer"),
    )
    about = models.CharField(_("about"), max_length=40, blank=True)
    office = models.CharField(_("number of the office"), max_length=60, blank=True)
    created_at = models.DateTimeField(_("created at"))
    shown_at = models.DateTimeField(_("shown by the officer at"), null=True)
    expires_at = models.DateTimeField(_("expires"))

    class Meta:
        verbose_name = _("phrase of an officer")
        verbose_name_plural = _("phrases of officers")
        indexes = [models.Index(fields=["borrower", "expires_at"], name="phrase_borrower")]
        constraints = [
            models.CheckConstraint(
                name="phrase_two_people",
                condition=Q(officer__isnull=True) | ~Q(officer=F("borrower")),
            ),
            models.CheckConstraint(
                name="phrase_shown_by_somebody",
                condition=Q(officer__isnull=True, shown_at__isnull=True)
                | Q(officer__isnull=False, shown_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.created_at:%Y-%m-%d %H:%M}"
