"""What an institution asks, whatever the wire format."""

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from simulators.mainland import valid_id_number

PATTERNS = {
    "request_no": r"[0-9A-Z]{24}",
    "name": r"\S(?:.{0,58}\S)?",
    "id_type": r"1|2|5|6|8|9|A|B|C|X|10|20",
    "id_number": r"[0-9A-Z]{1,20}",
    "phone": r"1[3-9][0-9]{9}",
    "reason": r"01|02|03|08|20|21|22|24|25|26",
    "consent_reference": r"[0-9A-Za-z._-]{1,64}",
    "consent_hash": r"[0-9a-f]{64}",
    "consent_signed_at": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)",
}


class Unreadable(Exception):
    """A body that is not of the wire format at all."""


class BadField(Exception):
    """A field that is missing or malformed; its text is the field's name in the wire format."""


@dataclass(frozen=True)
class Inquiry:
    """Equality of two inquiries is equality of content."""

    request_no: str
    name: str
    id_type: str
    id_number: str
    phone: str
    reason: str
    consent_reference: str
    consent_hash: str
    consent_signed_at: str

    def digest(self) -> str:
        return hashlib.sha256("\x00".join(vars(self).values()).encode()).hexdigest()


def read(places: Mapping[str, str], text_at: Callable[[str], str]) -> Inquiry:
    """The inquiry whose fields stand at these places (`a/b/c`) of a document; or `BadField`."""
    values = {}
    for field, pattern in PATTERNS.items():
        values[field] = text = text_at(places[field])
        if not re.fullmatch(pattern, text) or not text.isprintable():
            raise BadField(_last(places[field]))
    inquiry = Inquiry(**values)
    if inquiry.id_type == "10" and not valid_id_number(inquiry.id_number):
        raise BadField(_last(places["id_number"]))
    return inquiry


def another(request_no: str) -> str:
    """A number that was not asked for."""
    return request_no[:-1] + ("0" if request_no[-1] != "0" else "1")


def _last(place: str) -> str:
    return place.rpartition("/")[2]
