"""The columns of whatever one person proposes and another decides."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from complaints.states.proposals import ProposalState


class TwoPersons(models.Model):
    """Whoever proposed cannot decide: the database refuses it to everybody, administrators too."""

    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("proposed by")
    )
    proposed_at = models.DateTimeField(_("proposed at"))
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("decided by"),
    )
    decided_at = models.DateTimeField(_("decided at"), null=True)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_by=None)
                | Q(proposed_by__isnull=False) & ~Q(decided_by=F("proposed_by")),
                name="%(class)s_two_persons",
            )
        ]


class Proposal(TwoPersons):
    """One that is approved or refused as a whole, for a reason that anybody concerned may read."""

    state = models.CharField(
        _("state"), max_length=12, choices=ProposalState.choices, default=ProposalState.PROPOSED
    )
    reason = models.CharField(_("reason"), max_length=200)
    # Null: the portal ships it.
    proposed_by = models.ForeignKey(  # type: ignore[assignment]
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("proposed by"),
    )

    class Meta(TwoPersons.Meta):
        abstract = True
        constraints = [
            *TwoPersons.Meta.constraints,
            models.CheckConstraint(
                condition=Q(state__in=ProposalState.values), name="%(class)s_state"
            ),
            # Decided means: by somebody. What the portal ships was proposed and decided by nobody.
            models.CheckConstraint(
                condition=Q(proposed_by=None)
                | Q(state__in=[ProposalState.GATHERING, ProposalState.PROPOSED], decided_by=None)
                | Q(
                    state__in=[ProposalState.APPROVED, ProposalState.REFUSED],
                    decided_by__isnull=False,
                ),
                name="%(class)s_decided_by",
            ),
        ]
