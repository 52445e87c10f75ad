"""Tencent faceid 2018-03-01: PhoneVerification (name, identity number, phone), signed with TC3.

Source: Tencent Cloud API, "Signature v3" and "PhoneVerification". TC3 has no nonce: the same
bytes are good for five minutes, so a replay asks the same question again and changes nothing.
"""

import hashlib
import hmac
import json
import re
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from simulators.exchange import Answer, Request, as_json
from simulators.faults import Fault
from simulators.mainland import valid_id_number

VERSION = "2018-03-01"
CLOCK_SKEW = 300  # seconds
ALGORITHM = "TC3-HMAC-SHA256"
AUTHORIZATION = re.compile(
    ALGORITHM + r" Credential=([^/\s]+)/(\d{4}-\d\d-\d\d)/faceid/tc3_request, ?"
    r"SignedHeaders=([a-z0-9;-]+), ?Signature=([0-9a-f]{64})"
)

# Result -> Description.
RESULTS = {
    "0": "认证通过",
    "-4": "信息不一致",
    "-6": "手机号码不合法",
    "-7": "身份证号码有误",
    "-8": "姓名校验不通过",
    "-9": "没有记录",
    "-11": "验证中心服务繁忙",
    "-12": "认证次数超过当日限制",
    "-13": "该手机号段不支持",
}
# Last five digits of a phone -> result; every other number matches.
SPECIAL_TAILS = {
    "99001": "-4",
    "99002": "-9",
    "99003": "-12",
    "99004": "-11",
    "99005": "-13",
}


@dataclass
class Refused(Exception):
    code: str
    message: str


class Tencent:
    def __init__(self, secret_id: str, secret_key: str) -> None:
        self._id = secret_id
        self._key = secret_key

    def has_effect(self, request: Request) -> bool:
        return True

    def answer(self, request: Request, now: float, fault: Fault | None = None) -> Answer:
        try:
            self._check(request, now)
            if (request.header("X-TC-Action"), request.header("X-TC-Version")) != (
                "PhoneVerification",
                VERSION,
            ):
                raise Refused("InvalidAction", "The request action does not exist.")
            return _respond(_verify(_read(request)))
        except Refused as error:
            return _respond({"Error": {"Code": error.code, "Message": error.message}})

    def turn_away(self, request: Request, now: float, fault: Fault) -> Answer:
        if fault.mode == "busy":
            error = {"Code": "RequestLimitExceeded", "Message": "Too many calls."}
        else:
            error = {"Code": "InternalError", "Message": "Internal error."}
        return _respond({"Error": error})

    def _check(self, request: Request, now: float) -> None:
        found = AUTHORIZATION.fullmatch(request.header("Authorization"))
        if not found:
            raise Refused("AuthFailure.InvalidAuthorization", "Authorization is malformed.")
        secret_id, date, names, signature = found.groups()
        if secret_id != self._id:
            raise Refused("AuthFailure.SecretIdNotFound", "The SecretId is not found.")
        stamp = request.header("X-TC-Timestamp")
        if not stamp.isdecimal() or abs(int(stamp) - now) > CLOCK_SKEW:
            raise Refused("AuthFailure.SignatureExpire", "The timestamp is out of its window.")
        in_date = date == f"{datetime.fromtimestamp(int(stamp), UTC):%Y-%m-%d}"
        if not in_date or not {"content-type", "host"} <= set(names.split(";")):
            raise Refused("AuthFailure.SignatureFailure", "Date or signed headers are wrong.")
        if not any(
            hmac.compare_digest(signature, _sign(self._key, request, path, date, stamp, names))
            for path in dict.fromkeys((request.path, "/"))
        ):
            raise Refused("AuthFailure.SignatureFailure", "The signature does not match.")


def _sign(key: str, request: Request, path: str, date: str, stamp: str, names: str) -> str:
    headers = "".join(
        f"{name}:{request.header(name).strip().lower()}\n" for name in names.split(";")
    )
    body_hash = hashlib.sha256(request.body).hexdigest()
    canonical = "\n".join((request.method, path, request.raw_query, headers, names, body_hash))
    scope = f"{date}/faceid/tc3_request"
    text = f"{ALGORITHM}\n{stamp}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    derived = ("TC3" + key).encode()
    for part in (date, "faceid", "tc3_request"):
        derived = hmac.digest(derived, part.encode(), "sha256")
    return hmac.new(derived, text.encode(), hashlib.sha256).hexdigest()


def _read(request: Request) -> dict[str, str]:
    try:
        asked = json.loads(request.body)
    except ValueError:
        raise Refused("InvalidParameter", "The body is not JSON.") from None
    if not isinstance(asked, dict):
        raise Refused("InvalidParameter", "The body is not an object.")
    for name in ("IdCard", "Name", "Phone"):
        if not isinstance(asked.get(name), str) or not asked[name]:
            raise Refused("MissingParameter", f"The parameter {name} is missing.")
    return asked


def _verify(asked: dict[str, str]) -> dict[str, Any]:
    result = SPECIAL_TAILS.get(asked["Phone"][-5:], "0")
    if not re.fullmatch(r"1[3-9]\d{9}", asked["Phone"]):
        result = "-6"
    elif not valid_id_number(asked["IdCard"].upper()):
        result = "-7"
    elif not re.fullmatch(r"\D{1,60}", asked["Name"]):
        result = "-8"
    answer = {"Result": result, "Description": RESULTS[result], "Isp": "移动"}
    # Only in detailed mode does the vendor say which element differs.
    detailed = asked.get("VerifyMode") == "1" and result == "-4"
    return answer | ({"ResultDetail": "PhoneNameMismatch"} if detailed else {})


def _respond(content: dict[str, Any]) -> Answer:
    return as_json({"Response": content | {"RequestId": str(uuid.uuid4())}})
