"""Manual review: what an officer can meet at the desk."""

from django.utils.translation import gettext_lazy as _

from portal.catalogue.entry import REVIEW, SELF, Entry

ENTRIES = (
    Entry(
        "desk-taken",
        REVIEW,
        _("Somebody else works on this review"),
        _("A review is held by one officer until it is given back or the time is over. For staff."),
        _("Take the next one."),
        SELF,
    ),
    Entry(
        "desk-lease-lost",
        REVIEW,
        _("The review is not held under this page any more"),
        _("The time was over, or it was handed over or decided meanwhile. For staff."),
        _("Nothing that was typed is lost: take the review again and send it from this page."),
        SELF,
    ),
    Entry(
        "desk-moved-on",
        REVIEW,
        _("The review stands elsewhere by now"),
        _("What this page does is not open at this point of a review. For staff."),
        _("Open the review again and look at how it stands."),
        SELF,
    ),
    Entry(
        "desk-not-competent",
        REVIEW,
        _("This review is beyond the officer's competence"),
        _("Administrators say for which lenders, and up to which sum, an officer decides."),
        _("Leave it to somebody else, or have the competence changed."),
        SELF,
    ),
    Entry(
        "desk-recused",
        REVIEW,
        _("A conflict of interest stands in the way of this review"),
        _(
            "Whoever is biased, decided in an earlier round or handed in a document for the "
            "borrower has no part in it."
        ),
        _("Leave it to somebody else."),
        SELF,
    ),
    Entry(
        "desk-own-work",
        REVIEW,
        _("Nobody checks an own recommendation"),
        _("Another officer does, whatever the role of the first. For staff."),
        _("Leave it to somebody else."),
        SELF,
    ),
    Entry(
        "desk-maker-recused",
        REVIEW,
        _("Whoever recommended or agreed has to stand aside since"),
        _("A recommendation of somebody with a conflict of interest decides nothing. For staff."),
        _("Send the review back, so that others look at it from the start."),
        SELF,
    ),
    Entry(
        "desk-not-held",
        REVIEW,
        _("Masked data is shown to whoever works on the review"),
        _("It is shown for a purpose that is put on record. For staff."),
        _("Take the review on first."),
        SELF,
    ),
)
