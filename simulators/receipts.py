"""Delivery receipts, pushed as Aliyun pushes them: a JSON array by POST, unsigned, repeated."""

import secrets
from typing import Any

from simulators.background import Background
from simulators.handsets import (
    TAIL_CAPPED,
    TAIL_NO_SIGNAL,
    TAIL_OFF,
    TAIL_UNREACHABLE,
)
from simulators.mainland import beijing
from simulators.pushing import Pusher

RETRY_SECONDS = (2, 10, 60, 300)
# Why a message did not arrive -> code and words of the vendor.
FAILURES = {
    TAIL_UNREACHABLE: ("MOBILE_NOT_ON_SERVICE", "手机停机"),
    TAIL_OFF: ("IS_CLOSED", "手机关机"),
    TAIL_NO_SIGNAL: ("INVALID_NUMBER", "号码状态异常"),
    TAIL_CAPPED: ("MOBILE_SEND_LIMIT", "单个号码日、月发送上限或流控"),
}


class Receipts:
    """Posts each receipt after `delay` seconds and again until it is answered `{"code": 0}`."""

    def __init__(self, url: str, delay: float, background: Background) -> None:
        self._pusher = Pusher(url, delay, background, lambda said: said.get("code") == 0)
        self._delay = delay

    def post(
        self,
        *,
        phone: str,
        biz_id: str,
        out_id: str,
        why: str,
        parts: int,
        now: float,
        later: float = 0.0,
    ) -> None:
        """`why`: one of FAILURES, "" when it arrived."""
        code, words = FAILURES.get(why, ("DELIVERED", "用户接收成功"))
        receipt = {
            "phone_number": phone,
            "send_time": _local(now),
            "report_time": _local(now + self._delay + later),
            "success": not why,
            "err_code": code,
            "err_msg": words,
            "sms_size": str(parts),
            "biz_id": biz_id,
            "out_id": out_id,
        }
        self._pusher.push([receipt], biz_id, RETRY_SECONDS, later=later)

    def forge(self, phone: str, now: float) -> None:
        """What a stranger would send: made up, once to the real address, once to a guess."""
        receipt: dict[str, Any] = {
            "phone_number": phone,
            "send_time": _local(now),
            "report_time": _local(now),
            "success": False,
            "err_code": "MOBILE_NOT_ON_SERVICE",
            "err_msg": "手机停机",
            "sms_size": "1",
            "biz_id": f"{secrets.randbelow(10**15):015d}^0",
            "out_id": secrets.token_hex(8),
        }
        real = self._pusher.url
        guess = real.rstrip("/").rpartition("/")[0] + f"/{secrets.token_hex(8)}/"
        for url in (real, guess) if real else ():
            self._pusher.push([receipt], receipt["biz_id"], (), url=url)


def _local(at: float) -> str:
    return f"{beijing(at):%Y-%m-%d %H:%M:%S}"
