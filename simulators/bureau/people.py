"""Who is on file, and what the bureau says to an inquiry about them."""

from dataclasses import dataclass
from datetime import datetime

from simulators.bureau.inquiry import Inquiry
from simulators.mainland import check_digit

GRACE_SECONDS = 300  # of a consent whose institution's clock is ahead
CONSENT_DAYS = 90
WORKING_SECONDS = 10.0  # how long an inquiry about the last of these people stays "working"

# People who do not exist outside this simulator, by date of birth: what happens to an inquiry,
# in the bureau's own codes (docs/interface/pboc.yaml).
SPECIAL_BIRTHS = {
    "19000101": "BUS001",
    "19000102": "BUS002",
    "19000103": "BUS003",
    "19000104": "BUS004",
    "19000105": "AAA001",
}


@dataclass(frozen=True)
class Subject:
    """The person a report is about."""

    name: str
    id_type: str
    id_number: str
    phone: str


def special_id_number(birth: str) -> str:
    """A valid identity number with this date of birth (yyyymmdd)."""
    first = f"110105{birth}001"
    return first + check_digit(first)


SOMEONE_ELSE = Subject("张三", "10", special_id_number("19850615"), "13800000000")


def judge(inquiry: Inquiry, now: float) -> str:
    """The bureau's code: AAA000 when there is a report, AAA001 when it takes a while."""
    if not _consent_valid(inquiry.consent_signed_at, now):
        return "BUS003"
    birth = inquiry.id_number[6:14] if inquiry.id_type == "10" else ""
    return SPECIAL_BIRTHS.get(birth, "AAA000")


def _consent_valid(signed_at: str, now: float) -> bool:
    try:
        at = datetime.fromisoformat(signed_at).timestamp()
    except ValueError:
        return False
    return now - CONSENT_DAYS * 86400 <= at <= now + GRACE_SECONDS
