"""A borrower lets the lender of a loan read a report, once, by a link."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from creditquery.models.loans import Institution
from creditquery.models.queries import CreditQuery
from creditquery.states import SHARE_LIVE, ShareState
from portal.crypto import SealedTextField


class ReportShare(models.Model):
    """The signed agreement and what became of its link (征信业管理条例 第二十条: no third party
    without consent). Of the link only the hash is kept; `session_hash` names the one session of
    the one user who opened it. `document` is what was signed, as in a Consent."""

    query = models.ForeignKey(
        CreditQuery, models.PROTECT, related_name="shares", verbose_name=_("query")
    )
    institution = models.ForeignKey(
        Institution, models.PROTECT, related_name="shares", verbose_name=_("institution")
    )
    state = models.CharField(
        _("state"), max_length=8, choices=ShareState.choices, default=ShareState.OFFERED
    )
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    text_version = models.CharField(_("version of the text"), max_length=20)
    document = SealedTextField(_("signed document"))
    sha256 = models.CharField(_("hash"), max_length=64)
    signed_with = models.CharField(_("signed with code"), max_length=64)
    offered_at = models.DateTimeField(_("offered at"))
    expires_at = models.DateTimeField(_("link valid until"))
    opened_at = models.DateTimeField(_("opened at"), null=True)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("opened by"),
    )
    session_hash = models.CharField(max_length=64, blank=True, editable=False)
    reading_until = models.DateTimeField(_("readable until"), null=True)
    ended_at = models.DateTimeField(_("ended at"), null=True)

    class Meta:
        verbose_name = _("shared report")
        verbose_name_plural = _("shared reports")
        indexes = [models.Index(fields=["institution", "-offered_at"], name="share_of_lender")]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=ShareState.values), name="share_state"),
            models.UniqueConstraint(
                fields=["query"],
                condition=Q(state__in=sorted(SHARE_LIVE)),
                name="share_one_live_per_query",
            ),
            models.CheckConstraint(
                condition=Q(opened_at=None, opened_by=None, reading_until=None)
                | Q(opened_by__isnull=False, reading_until__gt=F("opened_at")),
                name="share_opened_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(state=ShareState.OPENED) | Q(opened_at__isnull=False),
                name="share_opened_has_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.query_id} {self.pk}"
