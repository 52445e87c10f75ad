"""Comparing pages."""

import re
from typing import Any

CSRF_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="\w{64}"')


def plain(answer: Any) -> str:
    """The page without the token of its forms, which no two pages share."""
    return CSRF_TOKEN.sub("", answer.content.decode())
