"""How personal values look on screens and in logs (the masks of Ant Design's data format pages)."""

import re

STARS = "*"


def phone(value: str) -> str:
    """13812345678 -> 138 **** 5678."""
    return f"{value[:3]} **** {value[-4:]}" if len(value) >= 7 else "****"


def name(value: str) -> str:
    """李四 -> 李*, 王小二 -> 王*二, 买买提·艾力 -> 买****力."""
    if len(value) <= 2:
        return value[:1] + STARS
    return value[0] + STARS * (len(value) - 2) + value[-1]


def id_number(value: str) -> str:
    """First and last character only: the first six digits would give the home county away."""
    return value[:1] + STARS * (len(value) - 2) + value[-1:] if len(value) > 2 else STARS * 3


def email(value: str) -> str:
    """zhangsan@163.com -> zha***@163.com."""
    local, _, domain = value.partition("@")
    return f"{local[:3]}***@{domain}"


PERSONAL = re.compile(
    r"(?<!\d)(?:\+?86)?(?P<phone>1[3-9]\d{9})(?!\d)"
    r"|(?<![0-9A-Za-z])(?P<spaced>1[3-9]\d[ -]\d{4}[ -]\d{4})(?!\d)"
    r"|(?<!\d)(?P<id>\d{17}[0-9Xx])(?![0-9A-Za-z])"
    # Bounded, or a long line without any "@" would take the square of its length.
    r"|(?P<email>[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,64})*\.[A-Za-z]{2,24})\b"
)


def line(value: str) -> str:
    """A log line with each phone, ID number and email address masked: the net below all care."""
    return PERSONAL.sub(_masked, value)


def _masked(found: re.Match[str]) -> str:
    if number := found["phone"] or found["spaced"]:
        return phone(number)
    return id_number(found["id"]) if found["id"] else email(found["email"])
