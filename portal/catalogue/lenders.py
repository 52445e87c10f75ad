"""What lenders' users meet, and borrowers who let them read or tell them something."""

from django.utils.translation import gettext_lazy as _

from portal.catalogue.entry import LENDER, LENDERS, QUERY, REPORT, SELF, Entry

BORROWER = _("Ask the borrower for a new link.")

ENTRIES = (
    Entry(
        "share-no-report",
        REPORT,
        _("The report can no longer be read"),
        _("It was deleted on schedule, or the consent to the query was withdrawn."),
        _("A new query brings a new report, if one is still needed."),
        LENDER,
    ),
    Entry(
        "share-nobody",
        REPORT,
        _("Nobody at the lender can open a link yet"),
        _("The lender has no user in this portal who has logged in."),
        _("Download the report as a PDF and hand it over as the lender asks for it."),
        LENDER,
    ),
    Entry(
        "share-used",
        LENDERS,
        _("The link has been used"),
        _("It opens once, for one person in one login."),
        _("The borrower sees when and by whom it was opened, and can make a new one."),
        BORROWER,
    ),
    Entry(
        "share-read",
        LENDERS,
        _("The time for reading is over"),
        _("A report can be read for half an hour after its link was opened."),
        _("If it has to be read again, the borrower can make a new link."),
        BORROWER,
    ),
    Entry(
        "share-over",
        LENDERS,
        _("The link is too old"),
        _("It was not opened within 72 hours."),
        _("The borrower can make a new link on the page of the report."),
        BORROWER,
    ),
    Entry(
        "share-revoked",
        LENDERS,
        _("The borrower has taken the link back"),
        _("A consent can be withdrawn at any time; what was not read yet stays unread."),
        _("Decide on other evidence, or ask whether the consent is given again."),
        BORROWER,
    ),
    Entry(
        "share-other-lender",
        LENDERS,
        _("This link opens nothing here"),
        _("It is mistyped, or it was made for another lender."),
        _("Compare it with the message that brought it, to its last character."),
        BORROWER,
    ),
    Entry(
        "lender-users-not-yours",
        LENDERS,
        _("These users are managed by somebody else"),
        _("Only who leads at a lender, or an administrator, invites and removes its users."),
        _("Ask one of them. Nobody removes the own account."),
        SELF,
    ),
    Entry(
        "lender-untouched",
        QUERY,
        _("No fault of ours holds this query up"),
        _("A notice to the lender is sent only for a query that one of our incidents touched."),
        _("Look at the page of the query: it says what it waits for and what can be done."),
    ),
)
