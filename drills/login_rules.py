"""The rules of a code, one by one, as a program meets them: replays, resends, forms, receipts."""

import json
import random
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from typing import Any

from django.conf import settings

from accounts.models import Delivery, LoginChallenge
from accounts.selectors import phone_hash
from accounts.states import DeliveryState
from drills.harness import wait_for
from drills.login_browser import CODE, SENT, Browser, any_network, codes, fresh_code, wrong
from drills.stage import Stage

FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")


class Rules:
    def __init__(self, stage: Stage, chance: random.Random) -> None:
        self.stage, self.chance = stage, chance

    def browser(self) -> Browser:
        return Browser(self.stage.web, network=any_network(self.chance))

    def asked(self, phone: str) -> tuple[Browser, str]:
        browser, before = self.browser(), len(codes(self.stage, phone))
        assert browser.ask(phone).status == SENT
        return browser, fresh_code(self.stage, phone, before)

    # --- Replays ----------------------------------------------------------------------------

    def begin_old(self, phone: str) -> None:
        """A code that will be too old when it is entered."""
        self.old = (*self.asked(phone), time.monotonic())

    def old_accepted(self) -> int:
        browser, code, began = self.old
        time.sleep(max(0.0, began + settings.OTP_VALID_SECONDS + 1 - time.monotonic()))
        return int(browser.leads_inside(browser.enter(code)))

    def used_accepted(self, phone: str) -> int:
        """The same code twice: in a session that still waits for it, and in a new one."""
        browser, code = self.asked(phone)
        tab = browser.twin()
        assert browser.leads_inside(browser.enter(code))
        return sum(each.leads_inside(each.enter(code)) for each in (tab, self.browser()))

    def elsewhere_accepted(self, phone: str, other: str) -> int:
        """A code of one number, entered where another number's code is waited for; and by a
        browser that was never asked to wait for any."""
        _browser, code = self.asked(phone)
        thief, own = self.asked(other)
        taken = int(thief.leads_inside(thief.enter(code if code != own else wrong(own))))
        stranger = self.browser()
        return taken + int(stranger.leads_inside(stranger.enter(code)))

    def other_purpose_accepted(self, inside: Browser, phone: str) -> int:
        """A code for logging in, entered where one for a step-up is waited for."""
        _other, code = self.asked(phone)
        time.sleep(settings.OTP_RESEND_SECONDS + 0.3)
        before = len(codes(self.stage, phone))
        asked = inside.post("/login/confirm/", purpose="consent", next="/account/")
        assert asked.headers.get("location", "").endswith(CODE), asked.headers
        fresh_code(self.stage, phone, before)  # or it would be taken for that of the next step
        return int(inside.enter(code).status == SENT)

    # --- Resends and forms ------------------------------------------------------------------

    def resends(self, phone: str) -> dict[str, float]:
        """Faults of the rules of a resend, and messages that left us for one number in an hour."""
        browser, code = self.asked(phone)
        browser.enter(wrong(code))
        browser.enter(wrong(code))
        first = self._newest(phone)
        faults, answer = 0, None
        for _ in range(settings.OTP_SENDS_PER_HOUR):
            time.sleep(settings.OTP_RESEND_SECONDS + 0.3)
            answer = browser.post(f"{CODE}again/", channel="sms")
        now = self._newest(phone)
        faults += now.pk != first.pk or now.expires_at <= first.expires_at  # the clock is extended
        faults += now.attempts < first.attempts  # and the failures are kept
        faults += answer is None or answer.status != 429
        most = settings.OTP_SENDS_PER_HOUR
        wait_for(lambda: len(codes(self.stage, phone)) >= most, seconds=20)
        sent = codes(self.stage, phone)
        faults += set(sent) != {code}
        return {"faults": faults, "sent": len(sent)}

    def _newest(self, phone: str) -> LoginChallenge:
        rows = LoginChallenge.objects.filter(address_hash=phone_hash(phone))
        return rows.latest("created_at")

    def forms(self, phone: str) -> int:
        """Faults of how a code may be typed: underscores cost no try, full width is a digit."""
        browser, code = self.asked(phone)
        spread = "_".join(code)
        faults = int(browser.leads_inside(browser.enter(spread)))
        faults += self._newest(phone).attempts != 0
        typed = f" {code[:3]} {code[3:]} ".translate(FULL_WIDTH)
        return faults + int(not browser.leads_inside(browser.enter(typed)))

    # --- Receipts ---------------------------------------------------------------------------

    def receipts(self, phone: str) -> int:
        """Harm done by receipts that are forged, repeated, out of order or three days late."""
        browser, code = self.asked(phone)
        wait_for(lambda: bool(self._delivery(phone).vendor_id), seconds=30)
        delivery = self._delivery(phone)
        told = self._receipt(delivery)
        harm = int(self._push("/receipts/aliyun/guess/", told) != 404)
        for forged in (
            {"out_id": "0b3a4a5e-5f0c-4a3b-9d0a-111111111111"},
            {"phone_number": "13811112222"},
            {"biz_id": "12345^0"},
            {"out_id": None, "biz_id": None},
        ):
            self._push(self._address, told | forged | {"success": False})
            harm += self._delivery(phone).state == DeliveryState.UNDELIVERED
        late = {"report_time": "2020-01-01 00:00:00", "send_time": "2020-01-01 00:00:00"}
        for each in (told, told, told | {"success": False}, told | late):
            self._push(self._address, each)
        harm += self._delivery(phone).state != DeliveryState.DELIVERED
        return harm + int(not browser.leads_inside(browser.enter(code)))

    @property
    def _address(self) -> str:
        return f"/receipts/aliyun/{settings.RECEIPT_TOKEN}/"

    def _delivery(self, phone: str) -> Delivery:
        rows = Delivery.objects.filter(address_hash=phone_hash(phone), challenge__isnull=False)
        return rows.latest("created_at")

    def _receipt(self, delivery: Delivery) -> dict[str, Any]:
        return {
            "phone_number": delivery.address,
            "success": True,
            "err_code": "DELIVERED",
            "biz_id": delivery.vendor_id,
            "out_id": str(delivery.pk),
        }

    def _push(self, path: str, receipt: Mapping[str, Any]) -> int:
        body, kind = json.dumps([receipt]).encode(), {"Content-Type": "application/json"}
        request = urllib.request.Request(self.stage.web + path, body, kind)  # noqa: S310
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code
