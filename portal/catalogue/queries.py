"""Credit queries, reports, and the files made of them."""

from django.utils.translation import gettext_lazy as _

from portal.catalogue.entry import BUREAU, LENDER, QUERY, REPORT, SELF, Entry

ENTRIES = (
    Entry(
        "report-takes-long",
        QUERY,
        _("The report takes long"),
        _(
            "The credit reference centre answers slowly or not at all. Your query is kept and "
            "runs by itself as soon as it answers."
        ),
        _(
            "You may close the page. We send you a message when the report is there; you need not"
            " ask again and the centre counts one inquiry only."
        ),
    ),
    Entry(
        "consent-missing",
        QUERY,
        _("Nothing is asked without your consent"),
        _("The box was not ticked. We never tick it for you."),
        _("Read the consent, tick the box if you agree, and send the form again."),
        SELF,
    ),
    Entry(
        "bureau-no-file",
        QUERY,
        _("The bureau has no file about you"),
        _(
            "You have no loan, card or other record in the credit database yet. That is not a bad "
            "mark, and no inquiry was recorded."
        ),
        _("Tell the lender that you have no credit history: it may decide on other evidence."),
        LENDER,
    ),
    Entry(
        "bureau-identity-differs",
        QUERY,
        _("Your details differ from the bureau's"),
        _("Name, ID number or phone are not as the bureau has them. No inquiry was recorded."),
        _(
            "Compare your details in your account with your identity card. If they are right, "
            "have the bureau correct its own, then start a new query."
        ),
        BUREAU,
    ),
    Entry(
        "bureau-consent-missing",
        QUERY,
        _("The bureau did not accept the consent"),
        _("For the bureau your consent is too old or incomplete. No inquiry was recorded."),
        _("Start a new query and sign it afresh."),
    ),
    Entry(
        "bureau-reason-refused",
        QUERY,
        _("The lender may not ask for this purpose"),
        _("The bureau allows each lender certain purposes only. No inquiry was recorded."),
        _("Ask the lender which way it wants to decide on your loan."),
        LENDER,
    ),
    Entry(
        "query-parked",
        QUERY,
        _("The bureau cannot be reached"),
        _("Several tries brought no answer. The fault is not with you, and nothing is lost."),
        _(
            "You need not do anything: the query goes on by itself when the bureau is back, and "
            "you get a message. It is counted once."
        ),
    ),
    Entry(
        "bureau-maintenance",
        QUERY,
        _("The bureau is under planned maintenance"),
        _("It told us beforehand when it is away. Meanwhile no report can be fetched."),
        _(
            "You may send a query all the same: it is kept, goes on by itself afterwards, and you "
            "get a message. Every page says when the maintenance ends."
        ),
    ),
    Entry(
        "query-unanswered",
        QUERY,
        _("The bureau's answer did not reach us"),
        _(
            "Your query was sent, and the connection broke before the answer came. The bureau may "
            "have counted an inquiry."
        ),
        _(
            "You need not do anything, and need not send it again: we ask the bureau by the request"
            " number what became of it, so that it is counted once."
        ),
    ),
    Entry(
        "query-needs-person",
        QUERY,
        _("A member of staff looks at your query"),
        _(
            "What the bureau sent is unreadable or about someone else. It is kept sealed and "
            "shown to nobody without a reason that is recorded."
        ),
        _("Wait for our message. If the loan is urgent, tell the lender about it now."),
    ),
    Entry(
        "query-outcome-unknown",
        QUERY,
        _("It is not certain whether the bureau made the inquiry"),
        _(
            "Your query was sent, and no answer to it can be had. We do not send it again, so that"
            " no second inquiry stands on your record."
        ),
        _(
            "You need not do anything: our staff find out from the bureau. If the loan is urgent, "
            "tell the lender the request number."
        ),
    ),
    Entry(
        "query-cancelled",
        QUERY,
        _("You cancelled this query"),
        _("It was cancelled before an inquiry was made, so nothing is on your record."),
        _("Start a new query when you want the report after all."),
        SELF,
    ),
    Entry(
        "query-expired",
        QUERY,
        _("This query has expired"),
        _("The consent or the lender's deadline was over before the report came."),
        _("Ask the lender for a later deadline, enter it, and start a new query."),
        LENDER,
    ),
    Entry(
        "query-too-late",
        QUERY,
        _("It is too late to cancel"),
        _("The bureau may have recorded the inquiry already, and that cannot be undone."),
        _("Withdraw your consent instead: then a report that comes is deleted at once."),
        SELF,
    ),
    Entry(
        "consent-withdrawn",
        QUERY,
        _("You withdrew your consent"),
        _("We made no further inquiry and deleted what we kept of the report."),
        _("If the lender still needs the report, start a new query."),
        SELF,
    ),
    Entry(
        "report-expired",
        REPORT,
        _("The report has been deleted"),
        _("Reports are deleted some days after they came, with all files made of them."),
        _("Use the PDF that you downloaded, or start a new query."),
        SELF,
    ),
    Entry(
        "report-unreadable",
        REPORT,
        _("The report cannot be shown"),
        _("The report is here and sealed, but this page could not be made from it."),
        _("Try again later. We have been told about it by the portal itself."),
    ),
    Entry(
        "pdf-password-short",
        REPORT,
        _("The password is too short"),
        _("A PDF can be tried out offline for ever, so its password needs 10 characters."),
        _("Choose a longer one, or have one made: it is shown once."),
        SELF,
    ),
    Entry(
        "pdf-password-personal",
        REPORT,
        _("The password can be guessed"),
        _("Phone, ID number, birthday and name are known to others."),
        _("Choose words and digits that have nothing to do with you, or have one made."),
        SELF,
    ),
    Entry(
        "pdf-password-forgotten",
        REPORT,
        _("I forgot the password of the PDF"),
        _("It is stored nowhere, so nobody can tell it to you."),
        _("As long as the report is here, make the PDF again under a new password."),
        SELF,
    ),
)
