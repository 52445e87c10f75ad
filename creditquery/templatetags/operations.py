"""Figures of the operations page ({% load operations %})."""

from collections.abc import Mapping
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag(takes_context=True)
def figure(context: Mapping[str, Any], *parts: str) -> SafeString:
    """A figure by its name (creditquery.selectors.figures), where the script can renew it."""
    name = " ".join(str(part) for part in parts)
    return format_html('<span data-figure="{}">{}</span>', name, context["figures"][name])
