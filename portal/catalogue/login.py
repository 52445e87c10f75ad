"""Logging in, codes, the real-name check, and the staff's way in."""

from django.utils.translation import gettext_lazy as _

from portal.catalogue.entry import IDENTITY, LOGIN, SELF, SUPPORT, Entry

ENTRIES = (
    Entry(
        "otp-wrong",
        LOGIN,
        _("The code is not right"),
        _("The six digits are not the ones that we sent for this purpose to this browser."),
        _("Compare it with the newest message and enter it again."),
        SELF,
    ),
    Entry(
        "otp-burnt",
        LOGIN,
        _("This code is used up"),
        _("Five wrong tries end a code, so that nobody can guess it."),
        _("Have a new code sent and enter that one."),
        SELF,
    ),
    Entry(
        "otp-expired",
        LOGIN,
        _("This code is too old"),
        _("A code is valid for five minutes, and ten at most when it is sent again."),
        _("Have a new code sent and enter that one."),
        SELF,
    ),
    Entry(
        "otp-used",
        LOGIN,
        _("This code has been used"),
        _("A code works once."),
        _("If you are not logged in yet, have a new code sent."),
        SELF,
    ),
    Entry(
        "otp-too-soon",
        LOGIN,
        _("A code is already on its way"),
        _("A number gets at most one code a minute, whoever asks for it."),
        _("Wait for the message; after a minute the code can be sent again."),
        SELF,
    ),
    Entry(
        "otp-too-many-sends",
        LOGIN,
        _("This number had many codes lately"),
        _("A number gets at most 5 codes an hour and 10 a day, so that nobody can flood a phone."),
        _("Wait until the time shown, or have the code sent to your email address."),
    ),
    Entry(
        "otp-guarded",
        LOGIN,
        _("Many wrong codes were entered for this account"),
        _("Somebody entered 20 wrong codes within 24 hours. Your account is guarded, not locked."),
        _(
            "Log in from a browser that you used before, with a passkey or with a backup code. Or "
            "call our service line for a ticket, which lets you go on at once."
        ),
    ),
    Entry(
        "captcha-needed",
        LOGIN,
        _("Show that you are a person"),
        _("Many codes were asked for, for this number or from your network."),
        _("Type the letters of the picture, or answer the question in words."),
        SELF,
    ),
    Entry(
        "captcha-wrong",
        LOGIN,
        _("The letters or the answer do not fit"),
        _("Each picture counts once and for ten minutes."),
        _("Try it with the new picture or the new question."),
        SELF,
    ),
    Entry(
        "ticket-wrong",
        LOGIN,
        _("This ticket is not valid"),
        _("A ticket belongs to one phone number and is valid for 24 hours."),
        _("Check each character, or call our service line for a new one."),
    ),
    Entry(
        "account-disabled",
        LOGIN,
        _("This account is closed"),
        _("It was closed by you or by the operator of the portal."),
        _("Call our service line to learn why and how to object."),
    ),
    Entry(
        "staff-login-wrong",
        LOGIN,
        _("User name or password is not right"),
        _("We do not say which of the two, so that nobody learns who works here."),
        _("Enter both again. After five failures wait 15 minutes."),
        SELF,
    ),
    Entry(
        "staff-token-wrong",
        LOGIN,
        _("The number from the app is not right"),
        _("It changes every 30 seconds and works once; the clock of the phone must be right."),
        _("Wait for the next number and enter that one."),
        SELF,
    ),
    Entry(
        "staff-locked",
        LOGIN,
        _("Too many failed logins from here"),
        _("Five failures for one user name from one address stop logins for 15 minutes."),
        _("Wait 15 minutes. If it was not you, tell an administrator."),
    ),
    Entry(
        "idcheck-mismatch",
        IDENTITY,
        _("Name, ID number and phone do not agree"),
        _(
            "The mobile operators know this phone under another name or ID number. They do not "
            "tell us which of the three differs."
        ),
        _(
            "Check name and ID number. Use the phone that is registered in your own name, or ask "
            "your mobile operator in whose name it is."
        ),
    ),
    Entry(
        "idcheck-no-record",
        IDENTITY,
        _("The operators have no record of this person"),
        _("New numbers and recently changed names take some days to arrive there."),
        _("Try again in a few days, or ask your lender to check your identity card in person."),
    ),
    Entry(
        "idcheck-limited",
        IDENTITY,
        _("The operators answer no more questions about this person today"),
        _("They limit how often one ID number is checked in a day."),
        _("Try again tomorrow. Nothing else is wrong with your account."),
    ),
    Entry(
        "idcheck-unsupported",
        IDENTITY,
        _("This phone number cannot be checked"),
        _("The operators do not check numbers of this range, such as data cards."),
        _("Log in with another number that is registered in your name."),
    ),
    Entry(
        "idcheck-unavailable",
        IDENTITY,
        _("The operators do not answer at the moment"),
        _("The check is made outside the portal, and that service gave no answer three times."),
        _("Try again in a few minutes. This try is not counted."),
        SUPPORT,
    ),
    Entry(
        "idcheck-tries",
        IDENTITY,
        _("The tries of this day are used up"),
        _("A name can be checked five times in 24 hours."),
        _("Wait until the time shown and check the details meanwhile."),
    ),
    Entry(
        "idcheck-done",
        IDENTITY,
        _("Your name is already checked"),
        _("Name and ID number of an account are checked once."),
        _("Go on to your queries. To correct a name, call our service line."),
    ),
    Entry(
        "code-not-arriving",
        LOGIN,
        _("The code does not come"),
        _(
            "A message usually takes seconds. Networks are sometimes slow, and some phones put it"
            " aside."
        ),
        _(
            "Look among blocked and spam messages. After a minute have it sent again: it is the "
            "same code, so the first one works too. Or have it sent to your email address."
        ),
    ),
    Entry(
        "code-asked-for",
        LOGIN,
        _("Someone asks me for my code"),
        _(
            "That person wants to get into your account. Nobody who works for us or for a bank "
            "ever needs your code."
        ),
        _(
            "Tell it to no one, hang up, and press “Someone asked for my code” beside the field "
            "for the code: it stops everything at once, also if you have told it already."
        ),
    ),
)
