"""What borrowers and officers meet about compensation and its fund."""

from django.utils.translation import gettext_lazy as _

from portal.catalogue.entry import COMPENSATION, SELF, Entry

ENTRIES = (
    Entry(
        "offer-over",
        COMPENSATION,
        _("This offer can no longer be answered"),
        _("It was answered already, its time is over, or a new sum has taken its place."),
        _("Open your list of compensations: it shows what stands now."),
        SELF,
    ),
    Entry(
        "own-proposal",
        COMPENSATION,
        _("Nobody decides on an own proposal"),
        _("Money takes two persons, whatever the role: one proposes, another decides."),
        _("Ask a colleague who may approve."),
        SELF,
    ),
    Entry(
        "decided-already",
        COMPENSATION,
        _("Another person was faster"),
        _("Somebody has decided on it, or proposed the same, since the page was drawn."),
        _("Reload the page to see who and how."),
        SELF,
    ),
    Entry(
        "nothing-assessed",
        COMPENSATION,
        _("There is nothing to propose"),
        _("All that was assessed for this incident is in a batch already."),
        _("Look at its batches. After a correction of the times there may be more."),
        SELF,
    ),
    Entry(
        "nothing-to-pay",
        COMPENSATION,
        _("There is nothing to pay"),
        _("Every accepted compensation is in a pay-out file already."),
        _("Wait until borrowers have accepted."),
        SELF,
    ),
    Entry(
        "not-paid",
        COMPENSATION,
        _("Only what is paid can be reversed"),
        _("This compensation has not been paid, or was reversed before."),
        _("Look at its state."),
        SELF,
    ),
    Entry(
        "file-not-approved",
        COMPENSATION,
        _("This pay-out file is not approved"),
        _("A second person has not decided on it yet, or has refused it."),
        _("Ask a colleague who may approve."),
        SELF,
    ),
    Entry(
        "results-foreign",
        COMPENSATION,
        _("The results are not about this file"),
        _("A reference in them is not one of this pay-out file. Nothing was entered."),
        _("Choose the pay-out file whose number the references begin with."),
        SELF,
    ),
    Entry(
        "results-contradict",
        COMPENSATION,
        _("The bank told something else before"),
        _("A payment has another result already. Nothing was entered."),
        _("Ask the bank in writing. A payment that came back is reversed by two persons."),
        SELF,
    ),
    Entry(
        "results-known",
        COMPENSATION,
        _("These results are entered already"),
        _("Every payment that they name has this result. Nothing was entered."),
        _("Choose the bank's newest file."),
        SELF,
    ),
    Entry(
        "rule-version-taken",
        COMPENSATION,
        _("There is a rule of this version already"),
        _("A version names one rule for ever."),
        _("Choose another name for the version."),
        SELF,
    ),
    Entry(
        "rule-too-late",
        COMPENSATION,
        _("This rule would count for the past"),
        _("The moment from which it counts has passed before a second person approved it."),
        _("Refuse it, and propose it again from a later moment on."),
        SELF,
    ),
)
