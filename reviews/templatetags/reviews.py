"""Small reading aids of this app's templates ({% load reviews %})."""

import datetime as dt
from collections.abc import Mapping, Sequence

from django import template
from django.utils.functional import Promise

from portal import beijing, catalogue
from portal.templatetags.portal import yuan
from reviews.desk_words import CHECKS

register = template.Library()


@register.filter
def of(table: Mapping[str, str], key: str) -> str:
    """The entry of a table, or nothing: {{ document_tones|of:document.state }}."""
    return table.get(key, "")


@register.filter
def title_of(code: str) -> str:
    """What a code of the error catalogue says, in a few words."""
    entry = catalogue.ENTRIES.get(code)
    return str(entry.title) if entry else ""


@register.filter
def last_day(until: dt.datetime | None) -> dt.date | None:
    """The day that ends at this midnight."""
    return beijing.last_day(until) if until else None


@register.filter
def percent(basis_points: int) -> str:
    """395 -> 3.95%."""
    return f"{basis_points / 100:.2f}%"


@register.filter
def signed_yuan(fen: int) -> str:
    """What went out with a minus: -¥1,123.00."""
    return f"-{yuan(-fen)}" if fen < 0 else yuan(fen)


@register.filter
def in_words(check: str) -> Promise | str:
    """What a hint says beside the borrower's own data."""
    return CHECKS[check][1] if check in CHECKS else ""


@register.filter
def said(values: Sequence[str | int]) -> str:
    """Names as they are, sums of fen as yuan."""
    return ", ".join(yuan(value) if isinstance(value, int) else value for value in values)
