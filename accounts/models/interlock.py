"""What keeps staff and borrowers apart: the browsers of the staff, and who was asked for a code."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models.challenges import LoginChallenge
from accounts.states import AskedBy, AskedThrough, AskedWhen
from portal.crypto import SealedTextField


class StaffBrowser(models.Model):
    """A browser in which a member of staff logged in; it stays one after the logout. `binding` is
    that of the session at that moment: a code that this session had asked for is caught, too."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, verbose_name=_("member of staff")
    )
    token_hash = models.CharField(max_length=64, editable=False)
    binding = models.CharField(max_length=64, blank=True, editable=False)
    label = models.CharField(_("browser"), max_length=60)
    first_seen_at = models.DateTimeField(_("first seen"))
    last_seen_at = models.DateTimeField(_("last seen"))

    class Meta:
        verbose_name = _("browser of the staff")
        verbose_name_plural = _("browsers of the staff")
        constraints = [
            models.UniqueConstraint(fields=["token_hash", "user"], name="staffbrowser_once")
        ]
        indexes = [
            models.Index(fields=["binding"], name="staffbrowser_binding", condition=~Q(binding=""))
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.label}"


class CodeAsked(models.Model):
    """Somebody says that they were asked for their code.

    `user` is set when a session, a known browser or a later login proved whose account it is: only
    then was anything frozen, and only then is there a person to complain. The complaints app
    claims the row, once: `claimed_as` is the number of the complaint.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, verbose_name=_("person")
    )
    challenge = models.ForeignKey(
        LoginChallenge, models.SET_NULL, null=True, related_name="+", verbose_name=_("code")
    )
    account_hash = models.CharField(max_length=64, blank=True, editable=False)
    binding = models.CharField(max_length=64, blank=True, editable=False)
    network_hash = models.CharField(max_length=64, blank=True, editable=False)
    by = models.CharField(_("asked by"), max_length=8, choices=AskedBy.choices)
    through = models.CharField(_("how"), max_length=8, choices=AskedThrough.choices)
    when = models.CharField(_("when"), max_length=8, choices=AskedWhen.choices)
    officer = SealedTextField(_("name that was given"), default="")
    words = SealedTextField(_("what was said"), default="")
    froze = models.BooleanField(_("account frozen"), default=False)
    at = models.DateTimeField(_("told at"))
    claimed_at = models.DateTimeField(_("taken up at"), null=True)
    claimed_as = models.CharField(_("taken up as"), max_length=20, blank=True)

    class Meta:
        verbose_name = _("request for a code by somebody")
        verbose_name_plural = _("requests for codes by somebody")
        constraints = [
            models.CheckConstraint(name="asked_by_known", condition=Q(by__in=AskedBy.values)),
            models.CheckConstraint(
                name="asked_through_known", condition=Q(through__in=AskedThrough.values)
            ),
            models.CheckConstraint(name="asked_when_known", condition=Q(when__in=AskedWhen.values)),
            models.CheckConstraint(
                name="asked_froze_somebody", condition=Q(froze=False) | Q(user__isnull=False)
            ),
        ]
        indexes = [
            models.Index(fields=["network_hash", "at"], name="asked_network"),
            models.Index(fields=["at"], name="asked_open", condition=Q(claimed_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}"

    @property
    def short(self) -> str:
        """How alarms call it."""
        return self.pk.hex[:8]
