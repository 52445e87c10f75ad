"""What a letter puts into words: sentences, facts, and how times and spans are written in it.

Letters are not translated by catalogues: what a version of a text said must never change, so each
version holds both languages (complaints/letter/texts.py).
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from complaints.letter.canonical import parsed

Content = Mapping[str, Any]
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Words:
    """A letter in one language."""

    language: str
    title: str
    numbered: str
    to: str
    paragraphs: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    law_intro: str
    law: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]
    how_to_verify: str
    signed: str


def zh_moment(text: str | None) -> str:
    """2026年11月22日14:08:01, Beijing time."""
    at = _local(text)
    return f"{at.year}年{at.month}月{at.day}日{at:%H:%M:%S}" if at else ""


def en_moment(text: str | None) -> str:
    """22 November 2026, 14:08:01, Beijing time."""
    at = _local(text)
    return f"{at.day} {MONTHS[at.month - 1]} {at.year}, {at:%H:%M:%S}" if at else ""


def zh_day(text: str) -> str:
    day = dt.date.fromisoformat(text)
    return f"{day.year}年{day.month}月{day.day}日"


def en_day(text: str) -> str:
    day = dt.date.fromisoformat(text)
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def zh_span(seconds: int) -> str:
    """2小时0分1秒."""
    minutes, left = divmod(seconds, 60)
    return f"{minutes // 60}小时{minutes % 60}分{left}秒"


def en_span(seconds: int) -> str:
    """2 h 0 min 1 s."""
    minutes, left = divmod(seconds, 60)
    return f"{minutes // 60} h {minutes % 60} min {left} s"


def _local(text: str | None) -> dt.datetime | None:
    at = parsed(text)
    return timezone.localtime(at) if at else None
