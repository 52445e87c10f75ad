"""Delivery receipts, pushed as Aliyun pushes them: a JSON array by POST, unsigned, repeated."""

import json
import secrets
import sys
import urllib.error
import urllib.request
from typing import Any

from simulators.background import Background
from simulators.mainland import beijing

RETRY_SECONDS = (2, 10, 60, 300)
TIMEOUT = 5  # seconds
ACCEPTED = {"code": 0, "msg": "接收成功"}


class Receipts:
    """Posts each receipt after `delay` seconds and again until it is answered `{"code": 0}`."""

    def __init__(self, url: str, delay: float, background: Background) -> None:
        self._url = url
        self._delay = delay
        self._background = background

    def post(
        self, *, phone: str, biz_id: str, out_id: str, reached: bool, parts: int, now: float
    ) -> None:
        receipt = {
            "phone_number": phone,
            "send_time": _local(now),
            "report_time": _local(now + self._delay),
            "success": reached,
            "err_code": "DELIVERED" if reached else "MOBILE_NOT_ON_SERVICE",
            "err_msg": "用户接收成功" if reached else "手机停机",
            "sms_size": str(parts),
            "biz_id": biz_id,
            "out_id": out_id,
        }
        self._schedule(self._url, receipt, RETRY_SECONDS)

    def forge(self, phone: str, now: float) -> None:
        """What a stranger would send: made up, once to the real address, once to a guess."""
        receipt = {
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
        guess = self._url.rstrip("/").rpartition("/")[0] + f"/{secrets.token_hex(8)}/"
        for url in (self._url, guess):
            self._schedule(url, receipt, ())

    def _schedule(self, url: str, receipt: dict[str, Any], retries: tuple[int, ...]) -> None:
        if url:
            self._background.after(self._delay, lambda: self._push(url, receipt, retries))

    def _push(self, url: str, receipt: dict[str, Any], retries: tuple[int, ...]) -> None:
        if _accepted(url, receipt):
            return
        if retries:
            wait, *later = retries
            self._background.after(wait, lambda: self._push(url, receipt, tuple(later)))
        else:
            print(f"receipt {receipt['biz_id']} was not accepted", file=sys.stderr)


def _accepted(url: str, receipt: dict[str, Any]) -> bool:
    request = urllib.request.Request(  # noqa: S310  (the address is our operator's setting)
        url,
        data=json.dumps([receipt], ensure_ascii=False).encode(),
        headers={"Content-Type": "application/json; charset=utf-8"},
        method="POST",
    )
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT) as answer:  # noqa: S310
            said = json.loads(answer.read(10_000))
    except (OSError, ValueError):
        return False
    return isinstance(said, dict) and said.get("code") == ACCEPTED["code"]


def _local(at: float) -> str:
    return f"{beijing(at):%Y-%m-%d %H:%M:%S}"
