"""The three-element check (name, ID number, phone) through Tencent faceid 2018-03-01, TC3.

Source: Tencent Cloud, "Signature v3" and "PhoneVerification". Asking again is harmless but is
charged when it is answered, so there is no second call in here.
"""

from dataclasses import dataclass

from django.conf import settings

from accounts.gateways import tc3
from accounts.states import CheckState
from portal.gateway import Unavailable

SERVICE, VERSION, ACTION = "faceid", "2018-03-01", "PhoneVerification"
SECONDS = 10.0

# Result -> what it means. -4 stands for every way to differ: which element differs is never shown.
RESULTS = {
    "0": CheckState.MATCHED,
    "-4": CheckState.MISMATCHED,
    "-6": CheckState.MISMATCHED,  # phone, ID number or name are not of the right form
    "-7": CheckState.MISMATCHED,
    "-8": CheckState.MISMATCHED,
    "-9": CheckState.NO_RECORD,
    "-12": CheckState.LIMITED,
    "-13": CheckState.UNSUPPORTED,
}
BUSY = "-11"


@dataclass(frozen=True, slots=True)
class Verdict:
    state: CheckState
    vendor_code: str
    request_id: str


def verify(*, name: str, id_number: str, phone: str) -> Verdict:
    """Ask the operators; raises Unavailable when they did not answer the question."""
    product = tc3.Product(SERVICE, VERSION, settings.TENCENT_BASE_URL)
    question = {"IdCard": id_number, "Name": name, "Phone": phone, "VerifyMode": "0"}
    content = tc3.act(product, ACTION, question, seconds=SECONDS)
    error, result = tc3.error(content), str(content.get("Result", ""))
    if error or result == BUSY or result not in RESULTS:
        raise Unavailable(error or result, sent=True, vendor_code=error or result)
    return Verdict(RESULTS[result], result, str(content.get("RequestId", "")))
