"""Manual review: what a borrower can meet while handing in evidence."""

from django.utils.translation import gettext_lazy as _

from portal.catalogue.entry import REVIEW, SELF, Entry

ENTRIES = (
    Entry(
        "review-not-offered",
        REVIEW,
        _("This query cannot go into manual review now"),
        _(
            "It is being asked for at this moment, or it is finished. A review is for queries that "
            "wait, that were refused, or that cannot go on by themselves."
        ),
        _("Look at the page of the query: it says how it stands. A draft that you have is kept."),
        SELF,
    ),
    Entry(
        "review-moved-on",
        REVIEW,
        _("The review has moved on"),
        _("It was sent, decided or ended meanwhile, perhaps in another window."),
        _("Look at the page of the review, which says how it stands."),
        SELF,
    ),
    Entry(
        "review-nothing",
        REVIEW,
        _("There is no document to send yet"),
        _("An officer decides on documents, and none of yours has been accepted so far."),
        _("Add at least one document, then send the review."),
        SELF,
    ),
    Entry(
        "review-unfinished",
        REVIEW,
        _("A file is still being checked"),
        _("Each file is checked for viruses and rebuilt before an officer sees it."),
        _("Wait a moment until it says that it is checked, then send. Nothing is lost."),
        SELF,
    ),
    Entry(
        "review-locked",
        REVIEW,
        _("A file asks for its password"),
        _("Without the password nobody can read it, we neither."),
        _("Enter the password on the page of the file, or remove the file. Then send."),
        SELF,
    ),
    Entry(
        "review-file-twice",
        REVIEW,
        _("This file is here already"),
        _("The same file was handed in under another heading, byte for byte."),
        _("Remove it there first, or choose another file."),
        SELF,
    ),
    Entry(
        "review-files-many",
        REVIEW,
        _("No more files fit into this review"),
        _("A review takes as many documents as its page names, so that an officer can read all."),
        _("Remove a file, or put several pages into one PDF."),
        SELF,
    ),
    Entry(
        "review-files-today",
        REVIEW,
        _("You sent many files today"),
        _("Checking a file takes our computers some time, and others wait, too."),
        _("Go on tomorrow. What you handed in is kept, and you can send the review with it today."),
    ),
    Entry(
        "review-files-room",
        REVIEW,
        _("What you handed in takes up too much room"),
        _("Each page is kept as a picture until the review and its time are over."),
        _("Remove a file that is not needed, or hand in only the pages that count."),
        SELF,
    ),
    Entry(
        "review-drafts-many",
        REVIEW,
        _("You began many reviews today"),
        _("Each beginning stands on record, and a few a day are enough for anybody."),
        _("Go on with a draft that you have, or begin again tomorrow."),
    ),
    Entry(
        "review-passwords-many",
        REVIEW,
        _("Too many passwords were tried"),
        _("Each try opens the file anew, so that a few a minute are taken, and 20 for one file."),
        _("Wait a minute. Or remove the file, save it without a password, and hand that in."),
        SELF,
    ),
    Entry(
        "review-answer-empty",
        REVIEW,
        _("There is no answer yet"),
        _("The officer asked for something, and nothing was added since."),
        _("Add a document, or write why there is none."),
        SELF,
    ),
    Entry(
        "review-object-late",
        REVIEW,
        _("The time to object is over"),
        _("An objection can be made in the days that the page of the review names."),
        _(
            "You can still complain to us, or go to the regulator: 12378, or 12363 for credit "
            "reporting."
        ),
        SELF,
    ),
    Entry(
        "review-objected",
        REVIEW,
        _("There is nothing to object to, or it was objected to before"),
        _("A refusal is looked at once more by other people, on your objection."),
        _(
            "If you do not agree, complain to us, or go to the regulator: 12378, or 12363 for "
            "credit reporting."
        ),
        SELF,
    ),
    Entry(
        "review-newer-query",
        REVIEW,
        _("You have a newer query for this loan"),
        _("Two queries for one loan cannot go on side by side."),
        _("Go on with the newer query. If you want the old decision changed, complain to us."),
    ),
)
