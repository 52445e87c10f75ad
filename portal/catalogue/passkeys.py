"""Logging in and confirming with a passkey."""

from django.utils.translation import gettext_lazy as _

from portal.catalogue.entry import LOGIN, SELF, Entry

ENTRIES = (
    Entry(
        "passkey-wrong",
        LOGIN,
        _("The passkey was not accepted"),
        _(
            "Its answer is not for this page, or the device did not check that it is you: by "
            "fingerprint, face or PIN."
        ),
        _("Switch the screen lock of the device on and try again, or log in with a code."),
    ),
    Entry(
        "passkey-unknown",
        LOGIN,
        _("We do not know this passkey"),
        _("It was removed from the account, or it belongs to another one."),
        _("Choose another passkey, or log in with a code and add this device again."),
        SELF,
    ),
    Entry(
        "passkey-stale",
        LOGIN,
        _("This request is too old"),
        _("Each request to a passkey works once, for two minutes, in the window that made it."),
        _("Press the button once more."),
        SELF,
    ),
    Entry(
        "passkey-often",
        LOGIN,
        _("Passkeys were asked for many times from here"),
        _("So that nobody can keep us busy, there are only so many requests in five minutes."),
        _("Wait until the time shown, or log in with a code."),
        SELF,
    ),
    Entry(
        "passkey-none",
        LOGIN,
        _("This account has no passkey"),
        _("None was added yet, or all were removed."),
        _("Use another way. You can add a passkey on your account page."),
        SELF,
    ),
    Entry(
        "passkey-copied",
        LOGIN,
        _("This passkey may have been copied"),
        _(
            "The device counts how often its passkey is used, and this count has gone back: a "
            "second device may hold the same one."
        ),
        _("Use another way, remove this passkey from the account and add the device again."),
    ),
    Entry(
        "passkey-enough",
        LOGIN,
        _("This account has ten passkeys"),
        _("More than ten cannot be told apart."),
        _("Remove one that you no longer use, then add the new one."),
        SELF,
    ),
    Entry(
        "passkey-last",
        LOGIN,
        _("This is your only passkey"),
        _("Members of staff always keep one."),
        _("Add the new passkey first, then remove this one."),
        SELF,
    ),
    Entry(
        "passkey-confirm-first",
        LOGIN,
        _("Confirm that it is you first"),
        _("Passkeys are added only within ten minutes of a login or of a confirmation."),
        _("Load the page again; it leads you there and back."),
        SELF,
    ),
)
