"""Frozen accounts, and another number for an account."""

from django.utils.translation import gettext_lazy as _

from portal.catalogue.entry import LOGIN, SELF, Entry

ENTRIES = (
    Entry(
        "account-frozen",
        LOGIN,
        _("Your account is frozen"),
        _(
            "Somebody said that a login was not theirs, or asked for your code. Nothing can be "
            "changed until it is sure who you are; what runs goes on."
        ),
        _("Open My account: it says why, and how you thaw it with two factors."),
    ),
    Entry(
        "thaw-two-factors",
        LOGIN,
        _("Two different factors are wanted"),
        _("A thief may have your phone, and so every code that goes to it."),
        _(
            "Show two of these: a code by message, a code by email, an authenticator app, a "
            "passkey, a backup code, your password."
        ),
        SELF,
    ),
    Entry(
        "thaw-new-browser",
        LOGIN,
        _("This browser is too new"),
        _(
            "Only a browser in which you were logged in a day before the account was frozen, or "
            "longer, thaws it."
        ),
        _("Log in from a browser that you used before, or call our service line."),
    ),
    Entry(
        "thaw-new-factor",
        LOGIN,
        _("One of these factors is too new"),
        _("What was added in the day before the account was frozen may be somebody else's."),
        _("Show a factor that you have had for longer, or call our service line."),
    ),
    Entry(
        "phone-same",
        LOGIN,
        _("This is the number that you have"),
        _("The account is known by this number already."),
        _("Enter the new number."),
        SELF,
    ),
    Entry(
        "phone-taken",
        LOGIN,
        _("This number has an account of its own"),
        _("A number is the way into one account."),
        _("Log in by that number, or call our service line to have the other account closed."),
    ),
)
DESK = (
    Entry(
        "own-thaw",
        LOGIN,
        _("Another officer has to agree"),
        _("Whoever proposed to thaw an account cannot agree to it."),
        _("Ask a colleague to look at it."),
        SELF,
    ),
    Entry(
        "own-borrower",
        LOGIN,
        _("This is a borrower of yours"),
        _("Whoever has had to do with this borrower's affairs does not thaw the account."),
        _("Ask a colleague to look at it."),
        SELF,
    ),
    Entry(
        "thaw-proposed",
        LOGIN,
        _("Somebody has proposed it already"),
        _("One proposal at a time waits for its answer."),
        _("Open the account again and answer the proposal."),
        SELF,
    ),
    Entry(
        "thaw-over",
        LOGIN,
        _("This proposal is over"),
        _("It was answered, or the account was frozen once more meanwhile."),
        _("Open the account again and look how it stands."),
        SELF,
    ),
    Entry(
        "not-frozen",
        LOGIN,
        _("This account is not frozen"),
        _("Its owner or two officers have thawed it."),
        _("There is nothing more to do."),
        SELF,
    ),
)
