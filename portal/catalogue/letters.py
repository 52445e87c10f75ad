"""Letters and their verification."""

from django.utils.translation import gettext_lazy as _

from portal.catalogue.entry import LETTERS, SELF, Entry

ENTRIES = (
    Entry(
        "letter-not-touched",
        LETTERS,
        _("There is no letter about this outage for you"),
        _(
            "A delay letter states what our records hold. By them the outage did not hold up a "
            "query or a login of yours, or its times were corrected since."
        ),
        _("If you were held up all the same, complain to us and say when: we look into it."),
    ),
    Entry(
        "letter-not-valid",
        LETTERS,
        _("This letter is not valid any more, or somebody else is at it"),
        _("It was superseded or revoked meanwhile, or its revocation waits for a decision."),
        _("Look at the letter again: its page says how it stands."),
        SELF,
    ),
    Entry(
        "verify-number-wrong",
        LETTERS,
        _("This is not the number of a letter"),
        _(
            "A number has 20 letters and digits in groups of four. One of them is missing, "
            "mistyped or exchanged with another."
        ),
        _("Compare it with the letter, or scan the code on it."),
        SELF,
    ),
    Entry(
        "verify-number-unknown",
        LETTERS,
        _("We issued no letter of this number"),
        _("The number is well formed, but it stands on no letter of ours."),
        _("Do not rely on this letter. Ask whoever gave it to you, or call our service line."),
    ),
    Entry(
        "verify-too-often",
        LETTERS,
        _("Many numbers were tried from your network"),
        _("So that nobody can try out numbers, a network checks so many a minute only."),
        _("Wait a minute and try again."),
        SELF,
    ),
)
