"""What a lender is told about a query that stood still: plain values, the same text for ever."""

import json
from dataclasses import asdict, dataclass
from typing import Any

from evidence.leaf import canonical


@dataclass(frozen=True, slots=True)
class Facts:
    """Times are ISO 8601 with their offset, "" while it goes on. `borrower` is masked, `serial` and
    `verify` are "" while no letter was issued."""

    lender: str
    reference: str
    borrower: str
    request_no: str
    incident: str
    title_zh: str
    title_en: str
    touched_from: str
    touched_until: str
    serial: str = ""
    verify: str = ""

    def text(self) -> str:
        return canonical(asdict(self)).decode()


def read(text: str) -> Facts:
    """The facts of a stored notice."""
    values: dict[str, Any] = json.loads(text)
    return Facts(**values)
