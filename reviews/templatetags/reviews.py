"""Small reading aids of this app's templates ({% load reviews %})."""

from collections.abc import Mapping

from django import template

from portal import catalogue

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
