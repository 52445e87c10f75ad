"""Filters and tags of every template (a built-in library: no {% load %})."""

from django import template
from django.http import HttpRequest
from django.urls import translate_url
from django.utils.translation import get_language

from portal import masks

register = template.Library()

register.filter("mask_phone", masks.phone)
register.filter("mask_name", masks.name)
register.filter("mask_id_number", masks.id_number)
register.filter("mask_email", masks.email)


@register.simple_tag(takes_context=True)
def other_language_url(context: dict[str, HttpRequest]) -> str:
    """The same page in the other language; the home page where an address is known in neither."""
    target = "zh-hans" if get_language() == "en" else "en"
    if request := context.get("request"):
        path = request.get_full_path()
        translated = translate_url(path, target)
        if translated != path:
            return translated
    return translate_url("/" if target == "en" else "/en/", target)


@register.filter
def yuan(fen: int) -> str:
    """Integer fen as ¥1,123.00."""
    return f"¥{fen // 100:,}.{fen % 100:02d}"
