"""What one person proposes and another decides: rules, batches, pay-out files, the fund itself."""

from collections.abc import Mapping

from django.db import models
from django.utils.translation import pgettext_lazy


class ProposalState(models.TextChoices):
    GATHERING = "gathering", pgettext_lazy("proposal", "Being put together")
    PROPOSED = "proposed", pgettext_lazy("proposal", "Waits for a second person")
    APPROVED = "approved", pgettext_lazy("proposal", "Approved")
    REFUSED = "refused", pgettext_lazy("proposal", "Refused")


_P = ProposalState
PROPOSAL_TRANSITIONS: Mapping[str, frozenset[str]] = {
    # A batch of many thousand rows is gathered by the workers; nobody decides on a part of it.
    _P.GATHERING: frozenset({_P.PROPOSED}),
    _P.PROPOSED: frozenset({_P.APPROVED, _P.REFUSED}),
    _P.APPROVED: frozenset(),
    _P.REFUSED: frozenset(),
}
