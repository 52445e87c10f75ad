"""A loan's query that goes into manual review on paper, because its owner has no code."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from complaints.models.proposals import Proposal
from complaints.states.proposals import ProposalState
from creditquery.models import CreditQuery
from recovery.models.papers import RecoveryPaper
from recovery.models.tickets import RecoveryTicket
from reviews.models import ReviewTask


class Carrying(Proposal):
    """Proposed by one officer, decided by another; `paper` is the borrower's signed authorisation.
    It gives nobody access to anything: it only lets the loan go on."""

    ticket = models.ForeignKey(
        RecoveryTicket, models.PROTECT, related_name="carryings", verbose_name=_("recovery")
    )
    query = models.ForeignKey(
        CreditQuery, models.PROTECT, related_name="+", verbose_name=_("query")
    )
    paper = models.ForeignKey(
        RecoveryPaper, models.PROTECT, related_name="+", verbose_name=_("authorisation")
    )
    review = models.ForeignKey(
        ReviewTask, models.PROTECT, null=True, related_name="+", verbose_name=_("review")
    )

    class Meta(Proposal.Meta):
        verbose_name = _("query carried into review")
        verbose_name_plural = _("queries carried into review")
        constraints = [
            *Proposal.Meta.constraints,
            models.CheckConstraint(
                condition=~Q(state=ProposalState.APPROVED) | Q(review__isnull=False),
                name="carrying_approved_has_review",
            ),
            models.UniqueConstraint(
                fields=["query"],
                condition=Q(state=ProposalState.PROPOSED),
                name="carrying_one_open_a_query",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ticket.number} {self.pk}"
