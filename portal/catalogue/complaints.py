"""Complaints: what a borrower and what an officer can meet."""

from django.utils.translation import gettext_lazy as _

from portal.catalogue.entry import COMPLAINT, SELF, Entry

ENTRIES = (
    Entry(
        "complaint-too-many",
        COMPLAINT,
        _("You sent many complaints today"),
        _("Ten in 24 hours are taken here, so that nobody drowns the others. Your draft is kept."),
        _("Send it tomorrow, or add it to a complaint that you sent already."),
    ),
    Entry(
        "complaint-over",
        COMPLAINT,
        _("Nothing can be added to this complaint any more"),
        _("It was decided, closed or withdrawn."),
        _("Ask for a review if there is a decision, or write a new complaint."),
        SELF,
    ),
    Entry(
        "complaint-review-late",
        COMPLAINT,
        _("The time for a review is over"),
        _("A review can be asked for in the days that the page of the complaint names."),
        _("You can still go to the regulator: 12378, or 12363 for credit reporting."),
        SELF,
    ),
    Entry(
        "complaint-reviewed",
        COMPLAINT,
        _("There is nothing to review, or it has been reviewed"),
        _("A decision is reviewed once here, after it has been sent."),
        _("If you do not agree, go to the regulator: 12378, or 12363 for credit reporting."),
        SELF,
    ),
    Entry(
        "complaint-taken",
        COMPLAINT,
        _("Somebody else has taken this complaint on"),
        _("A complaint has one handler. For staff."),
        _("Take another one from the list."),
        SELF,
    ),
    Entry(
        "complaint-not-yours",
        COMPLAINT,
        _("Only the handler may do this"),
        _("The complaint has another handler, or none. For staff."),
        _("Take the complaint on first, or have it assigned by a compliance officer."),
        SELF,
    ),
    Entry(
        "complaint-recused",
        COMPLAINT,
        _("A conflict of interest stands in the way"),
        _("Whoever is complained of, declared a conflict or decided before has no part in it."),
        _("Leave it to somebody else."),
        SELF,
    ),
    Entry(
        "complaint-own-proposal",
        COMPLAINT,
        _("Nobody approves an own proposal"),
        _("A second person decides, whatever the role of the first. For staff."),
        _("Have somebody else look at it."),
        SELF,
    ),
    Entry(
        "complaint-moved-on",
        COMPLAINT,
        _("The complaint has moved on"),
        _("Somebody was faster, or the complaint was withdrawn. For staff."),
        _("Open the case again and look at how it stands."),
        SELF,
    ),
    Entry(
        "complaint-clock-over",
        COMPLAINT,
        _("The clock cannot be lengthened any more"),
        _("Its last day is over, or what it was for has been done. For staff."),
        _("Decide the complaint as soon as possible."),
        SELF,
    ),
    Entry(
        "complaint-not-extendable",
        COMPLAINT,
        _("The clock cannot be lengthened like this"),
        _(
            "15 days become 30 when the case is complex, and 30 become 60 with approval, each once."
            " For staff."
        ),
        _("Mark the case as complex first, or decide it."),
        SELF,
    ),
)
