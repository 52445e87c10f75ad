"""What a letter says, as data: the one form that is hashed, sealed and kept.

docs/interface/letter.md specifies it. The paper is made from it, once; the data is what was issued.
`salt` keeps the public hash from telling anything: without it, names could be tried out.
"""

import datetime as dt
import hashlib
import json
import secrets
from collections.abc import Mapping
from typing import Any, Final

FORM: Final = "letter/1"
LANGUAGES: Final = ["zh-Hans", "en"]
Facts = Mapping[str, Any]


def compose(
    *, serial: str, kind: str, template: str, font: str, issued_at: dt.datetime, facts: Facts
) -> dict[str, Any]:
    """The whole letter as plain JSON values; `facts` are those of its kind."""
    return {
        "form": FORM,
        "serial": serial,
        "kind": kind,
        "template": template,
        "font": font,
        "languages": LANGUAGES,
        "issued_at": moment(issued_at),
        "salt": secrets.token_hex(16),
        **facts,
    }


def canonical(letter: Facts) -> str:
    """One text for one letter: sorted keys, no spaces, UTF-8, nothing escaped that need not be."""
    return json.dumps(letter, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def content_hash(text: str) -> str:
    """SHA-256 of the canonical text in UTF-8, 64 hex digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def moment(at: dt.datetime) -> str:
    """Whole seconds in UTC: 2026-11-22T15:30:00Z."""
    return f"{at.astimezone(dt.UTC):%Y-%m-%dT%H:%M:%SZ}"


def parsed(text: str | None) -> dt.datetime | None:
    """The moment that stands in a letter."""
    return dt.datetime.fromisoformat(text) if text else None


def masked_id(number: str) -> str:
    """For letters, three and three: 110************02X."""
    return number[:3] + "*" * (len(number) - 6) + number[-3:] if len(number) > 8 else "***"
