"""What a password may not be: words that anybody would try here first (ASVS 5.0, 6.1.2, 6.2.11)."""

import re
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

RUN = 6


def bare(text: str) -> str:
    """Letters and digits alone: 138-0000-0001 is still the phone."""
    return "".join(filter(str.isalnum, text)).casefold()


def runs(number: str) -> set[str]:
    """Any six signs in a row."""
    return {number[at : at + RUN] for at in range(len(number) - RUN + 1)}


def personal(person: Any) -> set[str]:
    """What others know or find out about a person: name, user name, mailbox, and six digits in a
    row of phone or ID number, so birthday and home county too."""
    if person is None:
        return set()
    words = {person.name, person.username or "", person.email.partition("@")[0]}
    return words | runs(person.phone) | runs(person.id_number)


def holds(password: str, words: Iterable[str]) -> bool:
    """Whether one of the words makes up the password or a good part of it; separators and case do
    not hide it."""
    typed = bare(password)
    return any(word in typed for word in map(bare, words) if telling(word))


def telling(word: str) -> bool:
    """Short ones stand in every sentence: a mailbox called li is none of somebody's words."""
    return len(word) >= (4 if word.isascii() else 2)


class ContextWords:
    """A validator of AUTH_PASSWORD_VALIDATORS: the portal's own words, and the person's."""

    def validate(self, password: str, user: Any = None) -> None:
        if holds(password, settings.PASSWORD_WORDS):
            raise ValidationError(
                _("The password holds a name or word of this portal. Leave it out."),
                code="password-portal",
            )
        if holds(password, personal(user)):
            raise ValidationError(
                _("The password holds your name or digits of your numbers. Leave them out."),
                code="password-personal",
            )

    def get_help_text(self) -> str:
        return _("Not the name of this portal, your own name, or digits of your numbers.")


class CommonCore(CommonPasswordValidator):
    """The twenty thousand that are used most, also when they were only made longer: Password12345!,
    qwertyqwerty (ASVS 5.0, 6.2.4, 6.2.12; few of the list reach our length by themselves)."""

    def validate(self, password: str, user: Any = None) -> None:
        typed = password.casefold().strip()
        core = re.sub(r"^[\W\d_]+|[\W\d_]+$", "", typed)
        for candidate in {typed, core, once(typed), once(core)} - {""}:
            super().validate(candidate)


def once(text: str) -> str:
    """What is written again and again, once; any other text as it is."""
    found = re.fullmatch(r"(.{2,}?)[\W_]*(?:\1[\W_]*)+", text)
    return found[1] if found else text
