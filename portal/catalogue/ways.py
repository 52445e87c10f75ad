"""Other ways in than the code by message, and coming back to a login by its number."""

from django.utils.translation import gettext_lazy as _

from portal.catalogue.entry import LOGIN, SELF, Entry

ENTRIES = (
    Entry(
        "way-wrong",
        LOGIN,
        _("This is not right"),
        _(
            "A number from an authenticator app counts for half a minute, a backup code once. We "
            "say the same where neither was ever set up, so that nobody learns who has one."
        ),
        _("Enter the next number that the app shows, or choose another way."),
        SELF,
    ),
    Entry(
        "resume-unknown",
        LOGIN,
        _("We find nothing to go on with"),
        _(
            "A number leads back for 24 hours, in the browser that it was shown in, until the code "
            "has been entered."
        ),
        _("Check each character, or begin anew with your phone number."),
        SELF,
    ),
    Entry(
        "resume-guarded",
        LOGIN,
        _("Many wrong numbers were entered in this browser"),
        _("After 20 within 24 hours we look at no more of them."),
        _("Begin anew with your phone number; that works at once."),
        SELF,
    ),
)
