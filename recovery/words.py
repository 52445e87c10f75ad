"""What a borrower reads about a ticket: the steps, what comes next, what each paper is for."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from recovery.states import PaperKind, RecoveryState, StepKind

_R = RecoveryState
STEPS = (
    pgettext_lazy("recovery", "Asked for"),
    pgettext_lazy("recovery", "Papers"),
    pgettext_lazy("recovery", "Two officers"),
    pgettext_lazy("recovery", "Waiting time"),
    pgettext_lazy("recovery", "New phone"),
)
PLACES: Mapping[str, int] = {
    _R.OPENED: 1,
    _R.EVIDENCE: 2,
    _R.PROPOSED: 2,
    _R.APPROVED: 3,
    _R.READY: 4,
    _R.ENROLLED: 5,
}
TONES: Mapping[str, str] = {
    _R.OPENED: "caution",
    _R.READY: "good",
    _R.ENROLLED: "good",
    _R.STOPPED: "bad",
    _R.REFUSED: "bad",
    _R.LAPSED: "bad",
}
NEXT: Mapping[str, Promise] = {
    _R.OPENED: _("Add the papers below, then send the request. Nobody looks at it before."),
    _R.EVIDENCE: _("An officer compares your papers with the account. You need not do anything."),
    _R.PROPOSED: _("A second officer, who is not the first, decides. You need not do anything."),
    _R.APPROVED: _(
        "Two officers agreed. So that the owner of the account can still say no, a waiting time "
        "runs now. After it we send a link to your new address."
    ),
    _R.READY: _(
        "We sent a link to your new address. Open it there, and set your new phone number. It "
        "works once and for 24 hours."
    ),
    _R.ENROLLED: _("Your new phone number is set. Log in with it."),
    _R.STOPPED: _("Nothing was changed in the account, and nothing will be by this request."),
    _R.REFUSED: _("You can ask again, or come to a branch with your identity card."),
    _R.LAPSED: _("The time was over before the request was completed. You can ask again."),
}
HINTS: Mapping[str, Promise] = {
    PaperKind.ID_FRONT: _("The whole card, every character readable."),
    PaperKind.ID_BACK: _("The whole card, with the dates of validity."),
    PaperKind.SELFIE: _(
        "Write today's date and the number of your request on a sheet of paper, and hold it beside "
        "your face."
    ),
    PaperKind.AUTHORISATION: _(
        "Only if a loan cannot wait: a sheet that you signed by hand, saying that you authorise "
        "the manual review, with the lender, your name, ID number and today's date."
    ),
    PaperKind.OTHER: _("For example the loan contract, or a statement from your old phone's card."),
}
TOLD: Mapping[str, Promise] = {
    StepKind.OPENED: _("You asked to get back into your account"),
    StepKind.RENEWED: _("You asked again from the same address, and got a new word"),
    StepKind.HANDED_IN: _("You sent your papers"),
    StepKind.ASKED: _("An officer asks for more"),
    StepKind.PROPOSED: _("An officer proposed a decision"),
    StepKind.SENT_BACK: _("The second officer wants it looked at again"),
    StepKind.APPROVED: _("A second officer agreed"),
    StepKind.REFUSED: _("Two officers refused it"),
    StepKind.LINK_SENT: _("We sent the link to your new address"),
    StepKind.ENROLLED: _("The new phone number was set"),
    StepKind.STOPPED: _("It was stopped at an address of the account"),
    StepKind.WITHDRAWN: _("You took it back"),
    StepKind.LAPSED: _("The time was over"),
    StepKind.CARRIED: _("Your loan's query went into manual review"),
}
"""What the borrower sees; whatever is not here is the officers' own."""
