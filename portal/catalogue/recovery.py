"""Getting back into an account through people: what an asker or an officer can meet."""

from django.utils.translation import gettext_lazy as _

from portal.catalogue.entry import LOGIN, SELF, Entry

ENTRIES = (
    Entry(
        "recovery-no-way-in",
        LOGIN,
        _("I have no phone, no email and no device any more"),
        _(
            "Nobody can send you a code then. Two officers can give the account a new phone, "
            "after they have compared your papers, and after a waiting time in which whoever still "
            "reads the old addresses can stop it."
        ),
        _(
            "Ask for it on the page Recovery, which needs no login. It takes a picture of your "
            "identity card and one of you. If a loan cannot wait, add a signed authorisation: the "
            "loan can be reviewed meanwhile."
        ),
        SELF,
    ),
    Entry(
        "recovery-not-me",
        LOGIN,
        _("A message says that somebody asks for my account, and it was not me"),
        _(
            "Somebody gave your number and your ID number. Nothing changes before two officers "
            "agree and the waiting time is over, and your login works as before."
        ),
        _(
            "Open the link in the message, or enter its word on the page Stop a recovery: it is "
            "stopped at once, without a login. It also works from your account's page."
        ),
    ),
    Entry(
        "recovery-captcha",
        LOGIN,
        _("One question first"),
        _("It stands before every request, so that no program can ask in somebody's name."),
        _("Type the letters of the picture below, or answer the sum in figures."),
        SELF,
    ),
    Entry(
        "recovery-many",
        LOGIN,
        _("Too many requests for recovery today"),
        _("From one network, and about one person, only a few are taken a day."),
        _("Go on with a request that you have: its number and secret word are enough."),
    ),
    Entry(
        "recovery-unknown",
        LOGIN,
        _("No request has this number and this word"),
        _("Letters of the word may be mistyped, or the request was deleted after its time."),
        _(
            "Check both. Without the word, ask again from the same new address: you get the same "
            "request and a new word."
        ),
        SELF,
    ),
    Entry(
        "recovery-moved-on",
        LOGIN,
        _("The request has moved on"),
        _("It was sent, decided, stopped or ended meanwhile, perhaps in another window."),
        _("Look at its page, which says how it stands."),
        SELF,
    ),
    Entry(
        "recovery-papers-missing",
        LOGIN,
        _("A paper is still missing"),
        _("Officers need both sides of your identity card and the picture of you with the sheet."),
        _("Add what the page names as missing, wait until it is checked, then send."),
        SELF,
    ),
    Entry(
        "recovery-papers-many",
        LOGIN,
        _("No more files are taken for this request"),
        _("Each file is checked and kept as pictures, and a few are enough to decide."),
        _("Remove a file that is not needed, or go on tomorrow."),
        SELF,
    ),
    Entry(
        "recovery-link-over",
        LOGIN,
        _("This link opens nothing any more"),
        _("It was used, its time is over, or what it was for is settled."),
        _("Look at the page of the request, which says how it stands. A mistyped word? Try again."),
        SELF,
    ),
    Entry(
        "recovery-links-many",
        LOGIN,
        _("No more links are sent for this request"),
        _("Three were sent to the new address, and each could have been used once."),
        _("Ask again, from an address that you can read."),
    ),
    Entry(
        "recovery-phone-taken",
        LOGIN,
        _("This number already belongs to an account"),
        _("A number opens one account only."),
        _("Use another number, or close the account that has this one first."),
    ),
    Entry(
        "recovery-no-account",
        LOGIN,
        _("The account does not fit the request any more"),
        _("No account has this number and this identity together, or it was changed meanwhile."),
        _("Nothing was changed. Check the old number and the ID number, and ask again."),
    ),
    Entry(
        "recovery-staff",
        LOGIN,
        _("This link is not for the staff"),
        _(
            "A member of staff works, or worked, at this browser. A borrower sets the new phone "
            "alone, on a device of their own. Compliance has been told."
        ),
        _("Open the link on your own phone."),
    ),
    Entry(
        "recovery-not-yours",
        LOGIN,
        _("You do not decide on recoveries"),
        _("Compliance and risk officers do, two for each."),
        _("Leave it to them."),
    ),
    Entry(
        "recovery-own-officer",
        LOGIN,
        _("You have had to do with this borrower"),
        _(
            "Whoever handled a query, review, complaint or login of a borrower has no part in "
            "giving the account a new phone."
        ),
        _("Leave it to two officers who have not."),
    ),
    Entry(
        "recovery-query-not-carried",
        LOGIN,
        _("This query cannot be carried into review"),
        _(
            "It goes on by itself, is in review or finished already, or a colleague has proposed "
            "it."
        ),
        _("Look at the page of the recovery, which lists those that can."),
    ),
    Entry(
        "recovery-authorisation-missing",
        LOGIN,
        _("The signed authorisation is missing"),
        _("A loan is reviewed on a borrower's written word, and there is none among the papers."),
        _("Ask the borrower for it: the page of the request takes it also later."),
    ),
)
