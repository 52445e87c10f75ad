"""What a person reads about a query: the steps, and for each state what is going on."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from creditquery.states import QueryState as Q

STEPS = (
    _("Consent received"),
    _("Inquiry at the bureau"),
    _("Check of the report"),
    _("Report ready"),
)
SLOW = _("It takes longer than usual. We go on and send you a message when it is finished.")


@dataclass(frozen=True, slots=True)
class Words:
    """`step` counts from 0; past the last step, all are done."""

    step: int
    title: Promise
    message: Promise


WITHDRAWN = Words(
    1,
    _("You withdrew your consent"),
    _(
        "We are finding out whether the bureau had made the inquiry already. A report that still "
        "comes is deleted at once."
    ),
)

BY_STATE: dict[str, Words] = {
    Q.CREATED: Words(
        0,
        _("One step left: your signature"),
        _("You have agreed but not signed yet. Nothing is asked before you sign with a code."),
    ),
    Q.CONSENTED: Words(1, _("Getting your report"), _("Your consent is signed and stored.")),
    Q.QUEUED: Words(
        1,
        _("Getting your report"),
        _("Your query is in the queue and goes on by itself."),
    ),
    Q.PARKED: Words(
        1,
        _("The bureau cannot be reached"),
        _(
            "Your query is kept and goes on by itself as soon as the bureau is back. You need "
            "not send it again, and it is counted once."
        ),
    ),
    Q.SENDING: Words(
        1,
        _("Getting your report"),
        _("We are asking the bureau for your report."),
    ),
    Q.AMBIGUOUS: Words(
        1,
        _("Getting your report"),
        _(
            "The bureau's answer did not reach us. We ask what became of your query by its "
            "number, so that it is counted once."
        ),
    ),
    Q.SUCCEEDED: Words(4, _("Your report is ready"), _("You can read it here or download it.")),
    Q.REFUSED: Words(
        1,
        _("The bureau gave no report"),
        _("No inquiry was put on your record. The reason and what you can do are below."),
    ),
    Q.NEEDS_PERSON: Words(
        2,
        _("A member of staff looks at your query"),
        _("What the bureau sent cannot be used as it is. You need not do anything now."),
    ),
    Q.MANUAL_REVIEW: Words(
        2,
        _("Your case is in manual review"),
        _(
            "A loan officer looks at it. If the report still comes, it joins your case. "
            "This page says when the review is finished."
        ),
    ),
    Q.REVIEWED: Words(
        4, _("The review is finished"), _("Ask the lender what was decided on your loan.")
    ),
    Q.DECLINED: Words(
        4,
        _("The review is finished"),
        _(
            "The loan officer could not accept the case as it is. Ask the lender for the "
            "reasons, and what else you may hand in."
        ),
    ),
    Q.CANCELLED: Words(
        0, _("This query is cancelled"), _("No inquiry was made. You can start a new query.")
    ),
    Q.EXPIRED: Words(
        0,
        _("This query has expired"),
        _("Its consent or the deadline of the loan is over. You can start a new query."),
    ),
    Q.PURGED: Words(
        4,
        _("The report has been deleted"),
        _("We keep no copy. If you need the report again, start a new query."),
    ),
}
