"""Members of staff who want into a borrower's account, or decide alone: none of it works."""

import random
import time
from collections.abc import Callable

from django.utils import timezone
from django_otp.oath import totp

from accounts.models import Delivery, Freeze, Hold, Login, User
from accounts.roles import Role
from accounts.selectors import phone_hash
from accounts.services import staff, training
from accounts.states import LoginState
from drills.login_browser import CODE, SENT, Browser, any_network, codes, fresh_code
from drills.stage import Stage
from portal.watch import kinds
from portal.watch.models import Alarm

PASSWORD, SECRET = "correct horse battery staple", b"12345678901234567890"
ALARM_SECONDS = 60.0
LOOK_SECONDS = 0.5


class Desk:
    def __init__(self, stage: Stage, chance: random.Random) -> None:
        self.stage, self.chance = stage, chance
        self.people = {
            name: self._hire(name, role)
            for name, role in (
                ("drill.officer", Role.LOAN_OFFICER),
                ("drill.leaver", Role.LOAN_OFFICER),
                ("drill.risk", Role.RISK_OFFICER),
                ("drill.compliance", Role.COMPLIANCE_OFFICER),
            )
        }

    def _hire(self, name: str, role: str) -> User:
        now = timezone.now()
        user = staff.create(username=name, role=role, password=PASSWORD, secret=SECRET, now=now)
        if training.valid_until(user=user, now=now) is None:
            training.take_as_read(user=user, now=now)
        staff.set_email(user=user, email=f"{name}@example.com", now=now)
        return user

    def at_work(self, name: str) -> Browser:
        """A browser in which this member of staff is logged in."""
        browser = Browser(self.stage.web, network=any_network(self.chance))
        browser.post("/staff/login/", username=name, password=PASSWORD)
        answer = browser.post("/staff/login/token/", otp_token=f"{totp(SECRET):06d}")
        assert answer.status == SENT, answer.text[:2000]
        return browser

    # --- Codes ------------------------------------------------------------------------------

    def interlock(self, phone: str) -> dict[str, float]:
        """An officer enters the right code of a borrower. `let_in` counts sessions that began,
        `not_frozen` accounts left open, `alarm` the seconds until compliance is written to."""
        officer, before = self.at_work("drill.officer"), len(codes(self.stage, phone))
        officer.ask(phone)
        code = fresh_code(self.stage, phone, before)
        began, at = time.monotonic(), timezone.now()
        let_in = officer.leads_inside(officer.enter(code))
        let_in |= Login.objects.filter(
            user__phone_hash=phone_hash(phone), state=LoginState.ENTERED, created_at__gte=at
        ).exists()
        alarmed = self.until(lambda: Alarm.objects.filter(kind=kinds.STAFF_DEVICE).exists())
        told = alarmed and self.until(self._compliance_was_told)
        frozen = Freeze.objects.filter(
            user__phone_hash=phone_hash(phone), thawed_at__isnull=True
        ).exists()
        seconds = round(time.monotonic() - began, 1) if told else ALARM_SECONDS * 2
        return {"let_in": int(let_in), "not_frozen": int(not frozen), "alarm": seconds}

    def _compliance_was_told(self) -> bool:
        user = self.people["drill.compliance"]
        return Delivery.objects.filter(user=user, address_hash=user.email_hash).exists()

    def until(self, condition: Callable[[], bool]) -> bool:
        until = time.monotonic() + ALARM_SECONDS
        while not condition():
            if time.monotonic() > until:
                return False
            time.sleep(LOOK_SECONDS)
        return True

    # --- Two people -------------------------------------------------------------------------

    def alone(self, inside: Browser, phone: str) -> dict[str, int]:
        """A held login, which one officer proposes to release and tries to agree with. `status`
        is what that got; `kept_out` is 1 when the owner did not get in after a second agreed."""
        inside.post("/login/asked/")  # freezes the account, so that a new browser is held
        browser = Browser(self.stage.web, network=any_network(self.chance))
        before = len(codes(self.stage, phone))
        browser.ask(phone)
        held = browser.enter(fresh_code(self.stage, phone, before))
        assert held.headers.get("location", "").endswith("/login/held/"), held.text[:2000]
        hold = Hold.objects.get(login__user__phone_hash=phone_hash(phone))
        page = f"/desk/logins/{hold.number}/"
        one, two = self.at_work("drill.risk"), self.at_work("drill.compliance")
        one.post(page, reason="spoken", note="called back on the old number")
        status = one.post(f"{page}decide/", decision="agree").status
        two.post(f"{page}decide/", decision="agree")
        went_on = browser.leads_inside(browser.post("/login/held/go-on/"))
        return {"status": status, "kept_out": int(not went_on)}

    # --- Sessions ---------------------------------------------------------------------------

    def dismissed(self) -> int:
        """Status of the next request of an officer who was disabled; 200 would be a hole."""
        browser, boss = self.at_work("drill.leaver"), self.people["drill.compliance"]
        assert browser.once("GET", "/operations/").status == 200
        staff.set_active(
            user=self.people["drill.leaver"], active=False, by=boss, now=timezone.now()
        )
        return browser.once("GET", "/operations/").status

    def stepped_up(self, inside: Browser, phone: str) -> int:
        """1 when a step-up left the session's key as it was."""
        before, key = len(codes(self.stage, phone)), inside.cookies["sessionid"]
        asked = inside.post("/login/confirm/", purpose="consent", next="/account/")
        if not asked.headers.get("location", "").endswith(CODE):
            return 1
        inside.enter(fresh_code(self.stage, phone, before))
        return int(inside.cookies["sessionid"] == key)
