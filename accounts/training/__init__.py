"""The yearly security training: its version, and the questions whose answers show that it was read.

The text stands in templates/accounts/training.html. A new version is asked of everybody at once.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

VERSION = "2026-11"
VALID_DAYS = 365


@dataclass(frozen=True, slots=True)
class Question:
    name: str
    text: Promise
    answers: Mapping[str, Promise]
    right: str


QUESTIONS = (
    Question(
        "code",
        _("A borrower cannot log in and offers to read the code to you. What do you do?"),
        {
            "take": _("I enter it for the borrower, to save time."),
            "refuse": _("I stop them: no code is ever told to anybody. I point to the other ways."),
            "note": _("I write it down and use it only once."),
        },
        "refuse",
    ),
    Question(
        "device",
        _("A borrower stands in the branch without a phone of their own. May they use yours?"),
        {
            "mine": _("Yes, if I look away while they type."),
            "desk": _("Yes, at the computer of the desk, after I have logged out."),
            "own": _(
                "No. They log in on a device of their own, or I open a manual review with them."
            ),
        },
        "own",
    ),
    Question(
        "caller",
        _("A borrower on the phone doubts that you work here. How do you prove it?"),
        {
            "phrase": _("I open the phrase, and they compare it with the one in their account."),
            "send": _("I have a code sent to them, and they tell it to me."),
            "facts": _("I read their ID number to them."),
        },
        "phrase",
    ),
)


def wrong(answers: Mapping[str, str]) -> set[str]:
    """The names of the questions that were not answered rightly."""
    return {question.name for question in QUESTIONS if answers.get(question.name) != question.right}
