"""What a person may type: normalised first, refused with a sentence that says what to do."""

import datetime as dt
import re
import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

MOBILE = re.compile(r"1[3-9]\d{9}")
ID_NUMBER = re.compile(r"\d{17}[\dX]")
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)  # GB 11643-1999, 4.2
CHECK_CHARACTERS = "10X98765432"
# Provinces 11 to 65 of GB/T 2260, Taiwan, Hong Kong and Macao 71, 81, 82; 81, 82 and 83 also begin
# the residence permits of their people (国务院, 2018). Counties change and are not checked.
_RANGES = ((11, 15), (21, 23), (31, 37), (41, 46), (50, 54), (61, 65), (71, 71), (81, 83))
PROVINCES = frozenset(str(code) for low, high in _RANGES for code in range(low, high + 1))


def plain(text: str) -> str:
    """Half-width characters without spaces and hyphens: what a person meant by the digits typed."""
    return re.sub(r"[\s\-‐-―]+", "", unicodedata.normalize("NFKC", text))


def without_controls(text: str) -> str:
    """Text as it can stand in XML and in the header of a mail: what a word processor leaves between
    words, such as a vertical tab, becomes a space. Lines and tabs stay."""
    return "".join(c if c in "\n\t" or unicodedata.category(c) != "Cc" else " " for c in text)


def clean_phone(text: str) -> str:
    """A mainland mobile number, 11 digits; accepts +86, 0086, spaces, hyphens, full width."""
    number = re.sub(r"^(\+86|0086|86(?=1\d{10}$))", "", plain(text))
    if not number.isascii() or not MOBILE.fullmatch(number):
        raise ValidationError(
            _("Enter a mainland mobile number: 11 digits beginning with 1."), code="phone-format"
        )
    return number


def clean_code(text: str) -> str:
    """A six-digit code; leading zeros count, full-width digits and spaces are accepted."""
    code = plain(text)
    if len(code) != 6 or not code.isascii() or not code.isdigit():
        raise ValidationError(_("Enter the 6 digits of the code."), code="code-format")
    return code


def clean_name(text: str) -> str:
    """A name as on the identity card: 2 to 50 characters, letters and the middle dot."""
    name = re.sub(r"[•・‧⋅.]", "·", unicodedata.normalize("NFC", text).strip())
    letters = name.replace("·", "").replace(" ", "")
    if not 2 <= len(name) <= 50 or not letters or not all(map(_is_letter, letters)):
        raise ValidationError(
            _("Enter your name exactly as on your identity card."), code="name-format"
        )
    return name


def _is_letter(character: str) -> bool:
    # Rare Han characters of newer Unicode versions are "unassigned" to an older database.
    return unicodedata.category(character) in {"Lo", "Lu", "Ll", "Lm", "Mn", "Cn", "Co"}


def clean_id_number(text: str) -> str:
    """An 18-character ID number or residence permit (GB 11643): date and check character hold."""
    number = plain(text).upper()
    if not number.isascii() or not ID_NUMBER.fullmatch(number):
        raise ValidationError(
            _("Enter the 18 characters of your ID number."), code="id-number-format"
        )
    if number[:2] not in PROVINCES or not _is_past_date(number[6:14]):
        raise ValidationError(
            _("This ID number holds an impossible place or date of birth. Check each digit."),
            code="id-number-date",
        )
    if check_character(number[:17]) != number[17]:
        raise ValidationError(
            _("This ID number does not add up: one of its characters is mistyped."),
            code="id-number-checksum",
        )
    return number


def check_character(first: str) -> str:
    """The eighteenth character of an ID number, from its first 17 digits (GB 11643-1999, 4.2)."""
    total = sum(weight * int(digit) for weight, digit in zip(WEIGHTS, first, strict=True))
    return CHECK_CHARACTERS[total % 11]


def _is_past_date(digits: str) -> bool:
    try:
        born = dt.date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return False
    return dt.date(1900, 1, 1) <= born <= dt.datetime.now(dt.UTC).date()
