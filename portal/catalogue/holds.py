"""Logins that wait for people, and the policy that weighs logins."""

from django.utils.translation import gettext_lazy as _

from portal.catalogue.entry import LOGIN, SELF, Entry

ENTRIES = (
    Entry(
        "login-held",
        LOGIN,
        _("My login waits for two officers"),
        _(
            "Your code was right, but much about the login was unlike you. A program only holds "
            "it; whether it goes on is decided by two people."
        ),
        _(
            "Keep this browser: it goes on once they release it. Use a browser that you have used "
            "before or a passkey to get in at once, or tell the officers what they should know."
        ),
    ),
    Entry(
        "hold-over",
        LOGIN,
        _("This held login is settled already"),
        _("Others decided it, its owner stopped it, or its time was over."),
        _("Open the list of held logins to see how it ended."),
        SELF,
    ),
    Entry(
        "hold-proposed",
        LOGIN,
        _("Somebody has proposed already what should become of it"),
        _("A held login has one proposal at a time."),
        _("Agree with it, or send it back and propose anew."),
        SELF,
    ),
    Entry(
        "hold-not-proposed",
        LOGIN,
        _("Nobody has proposed yet what should become of it"),
        _("One officer proposes and a second one agrees. It may have been sent back just now."),
        _("Propose something; another officer then decides."),
        SELF,
    ),
    Entry(
        "hold-own-proposal",
        LOGIN,
        _("You proposed this yourself"),
        _("Two different people decide on a held login."),
        _("Ask another risk or compliance officer to look at it."),
        SELF,
    ),
    Entry(
        "hold-own-borrower",
        LOGIN,
        _("You have had to do with this borrower"),
        _(
            "Whoever handled a borrower's query, review, complaint or ticket does not decide who "
            "gets into the account."
        ),
        _("Leave it to other risk or compliance officers."),
        SELF,
    ),
    Entry(
        "risk-policy-own",
        LOGIN,
        _("You made this policy yourself"),
        _("A policy on login risk is made by one person and published by another."),
        _("Ask another risk or compliance officer to publish it."),
        SELF,
    ),
)
