"""The facts of each kind of letter, as plain JSON values for its canonical form.

Facts only: what was down, from when to when, and whose query stood still meanwhile. Nobody's
guilt, and nothing that a row does not hold.
"""

import datetime as dt
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from complaints.letter.canonical import masked_id, moment
from portal import law
from portal.crypto import keyed_hash

OpenSpan = tuple[dt.datetime, dt.datetime | None]


@dataclass(frozen=True, slots=True)
class Outage:
    """What an incident was, for one component, in its newest revision."""

    number: str
    revision: int
    title_zh: str
    title_en: str
    component_zh: str
    component_en: str
    spans: Sequence[OpenSpan]


def of_outage(outage: Outage) -> dict[str, Any]:
    ends = [end for _start, end in outage.spans]
    lasted = sum((end - start).total_seconds() for start, end in outage.spans if end)
    return {
        "number": outage.number,
        "title_zh": outage.title_zh,
        "title_en": outage.title_en,
        "component_zh": outage.component_zh,
        "component_en": outage.component_en,
        "windows": [[moment(start), moment(end) if end else None] for start, end in outage.spans],
        "seconds": None if None in ends else int(lasted),
    }


def of_touch(start: dt.datetime, end: dt.datetime | None) -> dict[str, Any]:
    return {"from": moment(start), "until": moment(end) if end else None}


def of_borrower(name: str, id_number: str) -> dict[str, str]:
    return {"name": name, "id_number": masked_id(id_number)}


def of_loan(reference: str, lender: str, code: str) -> dict[str, str]:
    return {"reference": reference, "lender": lender, "lender_code": code}


def of_query(request_no: str, signed_at: dt.datetime, consent_hash: str) -> dict[str, str]:
    return {
        "request_no": request_no,
        "signed_at": moment(signed_at),
        "consent_sha256": consent_hash,
    }


def of_law(articles: Iterable[law.Article]) -> list[dict[str, str]]:
    return [
        {"law": a.law, "article": a.heading, "version": a.version, "wording": a.wording}
        for a in articles
    ]


def facts_hash(*facts: Any) -> str:
    """Equal for equal facts, and telling nothing without our key."""
    text = json.dumps(facts, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return keyed_hash(text, "letter-facts")
