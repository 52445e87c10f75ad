"""A longer deadline for a lender's decision."""

from django.utils.translation import gettext_lazy as _

from portal.catalogue.entry import LENDER, QUERY, SELF, SUPPORT, Entry

ENTRIES = (
    Entry(
        "extension-not-touched",
        QUERY,
        _("No outage held this application up"),
        _(
            "A longer deadline can be asked for when an outage of ours held up a query for the "
            "loan. None of our records says so of this one."
        ),
        _("Ask the lender directly. If you think our records are wrong, complain."),
        LENDER,
    ),
    Entry(
        "extension-asked-already",
        QUERY,
        _("A longer deadline has been asked for already"),
        _("One request stands for this loan and this outage."),
        _("Open it under “My deadlines” to see what the lender answered."),
        SELF,
    ),
    Entry(
        "extension-loan-decided",
        QUERY,
        _("The loan application has been decided"),
        _("A deadline is extended only while the decision is open."),
        _("Ask the lender what was decided."),
        LENDER,
    ),
    Entry(
        "extension-cap",
        QUERY,
        _("That is longer than the policy allows"),
        _("All extensions of one loan together have an upper limit, set by the portal's operator."),
        _("Enter fewer working days, at least one."),
        SELF,
    ),
    Entry(
        "extension-far",
        QUERY,
        _("The deadline lies too far ahead"),
        _("No calendar of working days reaches it, so that nobody can count a later one."),
        _("Ask the lender to put the deadline right."),
        LENDER,
    ),
    Entry(
        "extension-answered",
        QUERY,
        _("The request has been answered already"),
        _("Somebody else was faster, or the borrower took the request back."),
        _("Open the request again to see what became of it."),
        SELF,
    ),
    Entry(
        "extension-not-in-force",
        QUERY,
        _("No new deadline is in force"),
        _("A letter confirms a deadline that the lender has moved and that holds now."),
        _("Open “My deadlines” to see what the lender answered and which day holds."),
        SELF,
    ),
    Entry(
        "extension-own-request",
        QUERY,
        _("Whoever asks does not answer"),
        _("The request was made by the same person, or is about that person's own loan."),
        _("Let a colleague at the lender answer it."),
        LENDER,
    ),
    Entry(
        "extension-not-yours",
        QUERY,
        _("Another lender answers this request"),
        _("Only users of the lender that decides on the loan may answer."),
        _("Log in as a user of that lender."),
        SUPPORT,
    ),
    Entry(
        "extension-batch-running",
        QUERY,
        _("The requests of this outage are being accepted already"),
        _("A colleague has accepted them together, and that is under way."),
        _("Wait until it is done; the list shows how far it is."),
        SELF,
    ),
)
