"""Small reading aids of this app's templates ({% load complaints %})."""

from collections.abc import Mapping

from django import template

register = template.Library()


@register.filter
def of(table: Mapping[str, str], key: str) -> str:
    """The entry of a table, or nothing: {{ tones|of:complaint.state }}."""
    return table.get(key, "")
