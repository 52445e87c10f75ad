"""Why officers decide as they do: a code for the file, a sentence for the borrower. Codes are kept
for ever: add, never rename."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from recovery.states import Outcome


@dataclass(frozen=True, slots=True)
class Reason:
    outcome: str
    words: Promise
    told: Promise


_A, _R = Outcome.APPROVE, Outcome.REFUSE
REASONS: Mapping[str, Reason] = {
    "papers-agree": Reason(
        _A,
        _("Card, face and account agree"),
        _("Your papers agree with the account."),
    ),
    "met-in-person": Reason(
        _A,
        _("Card, face and account agree; seen in person at a branch"),
        _("Your papers agree with the account, and you came in person."),
    ),
    "no-such-account": Reason(
        _R,
        _("No account has this number and this identity"),
        _(
            "With the old number and the ID number that you gave we found no account. Check both, "
            "and ask again."
        ),
    ),
    "face-differs": Reason(
        _R,
        _("The person in the picture is not the one on the card"),
        _("We could not see that you are the person on the card."),
    ),
    "papers-differ": Reason(
        _R,
        _("The papers do not agree with what was given, or with the account"),
        _("Your papers do not agree with what you entered."),
    ),
    "papers-unreadable": Reason(
        _R,
        _("Unreadable after being asked for again"),
        _("Your papers could not be read. Take the pictures in good light, and ask again."),
    ),
    "papers-doubtful": Reason(
        _R,
        _("The papers look altered"),
        _("We could not accept your papers. Come to a branch with your identity card."),
    ),
}


def told(code: str) -> str:
    """The sentence that the borrower reads; "" for a code of nobody's."""
    reason = REASONS.get(code)
    return str(reason.told) if reason else ""


def choices() -> list[tuple[str, list[tuple[str, Promise]]]]:
    """For a list in two groups, by outcome."""
    return [
        (
            str(outcome.label),
            [(code, reason.words) for code, reason in REASONS.items() if reason.outcome == outcome],
        )
        for outcome in Outcome
    ]
