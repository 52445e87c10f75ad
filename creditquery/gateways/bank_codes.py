"""What a bank's codes mean for an inquiry (x-result-codes of docs/interface/bank.yaml).

A final word is passed on under the code that the direct channel has for it: the house knows those.
"""

import base64
from collections.abc import Mapping
from typing import Any

from creditquery.gateways.bank_wire import BadMessage, Head
from creditquery.gateways.inquiry import Report, Working
from creditquery.gateways.refusals import Refusals
from portal.gateway import Rejected

FINAL = {
    "100001": ("BUS001", "no file about this person"),
    "100002": ("BUS002", "identity differs from the register"),
    "100003": ("BUS003", "consent missing or no longer valid"),
    "100004": ("BUS004", "reason not allowed to this institution"),
}
NOT_EXECUTED = {
    "000020": "institution unknown",
    "000021": "institution's rights suspended",
    "000022": "our clock is wrong",
    "000023": "nonce repeated",
    "000024": "signature wrong",
    "000025": "dynamic keys unknown or over",
    "000026": "seal does not open there",
    "000027": "came too late to be begun",
    "000030": "body not readable",
    "000031": "member missing or malformed",
    "000032": "no such interface",
    "000033": "body too large",
    "000090": "busy",
    "000091": "too many calls",
    "000092": "maintenance",
}
UNKNOWN = {"000034": "asking by number is not offered", "000099": "internal error"}
DONE, WORKING, NOT_SEEN = "000000", "000001", "000002"
ABOUT_INQUIRY = {DONE, WORKING, NOT_SEEN, *FINAL}  # sealed, or they settle nothing
SIGNATURE = "000024"
NEW_KEYS = {"000025", "000026"}
REFUSALS = Refusals(
    NOT_EXECUTED,
    busy={"000090", "000091"},
    maintenance="000092",
    clock="000022",
    our_keys={"000020", "000021", "000024"},
    otherwise="no keys",
)
ASK_AGAIN_SECONDS = 5


def said(head: Head, plain: Mapping[str, Any]) -> Report | Working | Rejected:
    """What an answer or a callback says about an inquiry; raises BadMessage."""
    if head.resp_cd in FINAL:
        return Rejected(*FINAL[head.resp_cd])
    if head.resp_cd == WORKING:
        return Working(head.retry_after or ASK_AGAIN_SECONDS)
    if head.resp_cd != DONE:
        raise BadMessage("unknown result code")
    number = plain.get("report_no")
    if (
        not isinstance(number, str)
        or len(number) != 22
        or not (number.isascii() and number.isdecimal())
    ):
        raise BadMessage("report number is missing")
    try:
        source = base64.b64decode(plain["report"], validate=True)
    except (KeyError, TypeError, ValueError):
        raise BadMessage("report is not Base64") from None
    if not source:
        raise BadMessage("report is missing")
    return Report(number, source)
