"""Second factors, passwords and backup codes."""

from django.utils.translation import gettext_lazy as _

from portal.catalogue.entry import LOGIN, SELF, Entry

ENTRIES = (
    Entry(
        "second-factor-same",
        LOGIN,
        _("This is the proof that you have shown already"),
        _(
            "A second proof must rest on something else: text message and voice call both rest on "
            "your phone."
        ),
        _("Choose one of the other ways on the page."),
        SELF,
    ),
    Entry(
        "second-late",
        LOGIN,
        _("The second proof came too late"),
        _("Fifteen minutes after the first proof a login ends by itself."),
        _("Begin anew with your phone number."),
        SELF,
    ),
    Entry(
        "second-refused",
        LOGIN,
        _("This login was refused"),
        _(
            "Its owner said that it was not theirs, or two members of our staff found that it "
            "could not be."
        ),
        _("If it was you, call our service line or ask for a recovery by people."),
    ),
    Entry(
        "password-wrong",
        LOGIN,
        _("Number or password is not right"),
        _(
            "We say the same for a number that has set no password, so that nobody learns who has "
            "an account here."
        ),
        _("Enter both again, or log in with a code by text message."),
        SELF,
    ),
    Entry(
        "password-locked",
        LOGIN,
        _("Too many wrong passwords from your network"),
        _(
            "After five wrong ones passwords for this number are not looked at from your network "
            "for 15 minutes."
        ),
        _("Log in with a code, a passkey or a backup code; that works at once."),
        SELF,
    ),
    Entry(
        "password-old-wrong",
        LOGIN,
        _("Your present password is not right"),
        _("Whoever changes a password must know the one before."),
        _("Enter it again. If you have forgotten it, remove it and set a new one."),
        SELF,
    ),
    Entry(
        "backup-wrong",
        LOGIN,
        _("Number or backup code is not right"),
        _(
            "A backup code has 13 characters and works once. We say the same for a number that has "
            "none, so that nobody learns who has an account here."
        ),
        _("Compare each character with your sheet, or enter the next code of it."),
        SELF,
    ),
    Entry(
        "app-number-wrong",
        LOGIN,
        _("The number from the app is not right"),
        _("It changes every half minute, and the clock of the phone must be right."),
        _("Enter the number that the app shows now."),
        SELF,
    ),
    Entry(
        "codes-of-the-day",
        LOGIN,
        _("No more codes can be sent today to browsers that we do not know"),
        _(
            "Somebody has many codes sent, at our cost and to other people's phones. We stop that "
            "at a number a day; whoever is known here is not stopped."
        ),
        _(
            "Log in from a browser that you used before, with a passkey, an authenticator app or a "
            "backup code; else try again at the time shown."
        ),
    ),
    Entry(
        "otp-browser-often",
        LOGIN,
        _("This browser had many codes sent lately"),
        _("A browser that we do not know has at most 30 codes a day sent, to whatever numbers."),
        _("Wait until the time shown, or log in with a passkey, an app or a backup code."),
    ),
)
