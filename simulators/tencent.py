"""Tencent faceid 2018-03-01: PhoneVerification (name, identity number, phone).

Source: Tencent Cloud API, "PhoneVerification". A replay asks the same question again and changes
nothing.
"""

import re
from typing import Any

from simulators.exchange import Answer, Request
from simulators.faults import Fault
from simulators.mainland import valid_id_number
from simulators.tencent_tc3 import Refused, check, read, refuse, respond, turn_away

VERSION = "2018-03-01"

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


class Tencent:
    def __init__(self, secret_id: str, secret_key: str) -> None:
        self._id = secret_id
        self._key = secret_key

    def has_effect(self, request: Request) -> bool:
        return True

    def answer(self, request: Request, now: float, fault: Fault | None = None) -> Answer:
        try:
            check(request, service="faceid", secret_id=self._id, key=self._key, now=now)
            if (request.header("X-TC-Action"), request.header("X-TC-Version")) != (
                "PhoneVerification",
                VERSION,
            ):
                raise Refused("InvalidAction", "The request action does not exist.")
            return respond(_verify(_read(request)))
        except Refused as error:
            return refuse(error.code, error.message)

    def turn_away(self, request: Request, now: float, fault: Fault) -> Answer:
        return turn_away(fault.mode)


def _read(request: Request) -> dict[str, str]:
    asked = read(request)
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
