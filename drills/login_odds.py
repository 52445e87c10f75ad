"""Guessing: at many accounts over all channels, sprayed thinly, a thousand times at one door."""

import random
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TypeVar

from django.conf import settings

from drills.login_browser import CODE, SENT, Browser, any_network, codes, fresh_code, wrong
from drills.stage import Stage

ROUNDS = 10
"""Sessions that guess at each account."""
THREADS = 24
GUESSES = 6
AT_ONE_DOOR = 1000
SPRAYED = 4
"""Wrong codes at each number of the spray: none is burnt, none is guarded."""
T = TypeVar("T")
R = TypeVar("R")


def all_at_once(things: Sequence[T], act: Callable[[T], R]) -> list[R]:
    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(act, things))


class Guessing:
    """Strangers who want in: they know numbers, and nothing else."""

    def __init__(self, stage: Stage, chance: random.Random) -> None:
        self.stage, self.chance = stage, chance
        self.requests = self.networks = 0

    def browser(self) -> Browser:
        self.networks += 1
        return Browser(self.stage.web, network=any_network(self.chance))

    def code(self) -> str:
        return f"{self.chance.randrange(10**6):06d}"

    # --- At accounts ------------------------------------------------------------------------

    def attack(self, phones: Sequence[str]) -> None:
        """Ten sessions an account: by text message, call, mailbox, app and password."""
        for turn in range(ROUNDS):
            began = time.monotonic()
            all_at_once(phones, partial(self._session, turn=turn))
            time.sleep(max(0.0, settings.OTP_RESEND_SECONDS + 0.5 - time.monotonic() + began))

    def _session(self, phone: str, turn: int) -> None:
        browser = self.browser()
        quiet = {"way": "other"} if turn % 2 else {}
        if browser.ask(phone, **quiet).status == SENT:
            if not quiet:
                browser.post(f"{CODE}again/", channel=("voice", "email")[turn // 2 % 2])
            for guess in range(GUESSES):
                browser.network = any_network(self.chance)
                self.networks += 1
                browser.enter(self.code(), **({"way": "app"} if (guess + turn) % 2 else {}))
        browser.past_captcha("/login/password/", phone=phone, code=f"password {self.code()}")
        self.requests += browser.requests

    def try_backup_codes(self, phones: Sequence[str]) -> int:
        """A backup code has 65 bits, so that its guesses are outside the budget: nobody's guesses
        keep an owner out who has one. Returns how many led inside."""

        def one(phone: str) -> bool:
            browser = self.browser()
            code = "".join(self.chance.choices("0123456789ABCDEFGHJKMNPQRSTVWXYZ", k=13))
            answer = browser.past_captcha("/login/backup/", phone=phone, code=code)
            self.requests += browser.requests
            return browser.leads_inside(answer)

        return sum(all_at_once(phones, one))

    def hammer(self, phone: str, times: int) -> None:
        """One stranger who does not stop: sessions over and over at one account."""

        def go_on(_place: int) -> None:
            browser = self.browser()
            browser.ask(phone)
            for _ in range(times // THREADS + 1):
                browser.enter(self.code())
            self.requests += browser.requests

        all_at_once(range(THREADS), go_on)

    # --- Everywhere -------------------------------------------------------------------------

    def spray(self, phones: Sequence[str]) -> None:
        """A few wrong codes at each of many numbers, each from a network of its own."""

        def few(phone: str) -> None:
            browser = self.browser()
            if browser.ask(phone).status == SENT:
                for _ in range(SPRAYED):
                    browser.enter(self.code())
            self.requests += browser.requests

        all_at_once(phones, few)

    def meets_captcha(self, phone: str) -> bool:
        """Whether somebody who never did anything is asked for a captcha now."""
        browser = self.browser()
        return browser.post("/login/", phone=phone).status != SENT

    # --- At one moment ----------------------------------------------------------------------

    def fifty(self, phone: str, *, right: bool) -> int:
        """Fifty tabs of one session enter one code at once; how many were let in."""
        browser = self.browser()
        before = len(codes(self.stage, phone))
        browser.ask(phone)
        code = fresh_code(self.stage, phone, before)
        tabs = [browser.twin() for _ in range(50)]
        entered = code if right else wrong(code or "0")
        with ThreadPoolExecutor(50) as pool:
            answers = list(pool.map(lambda tab: tab.enter(entered), tabs))
        return sum("device" in tab.cookies for tab, _ in zip(tabs, answers, strict=True))

    def twenty_sends(self, phone: str) -> int:
        """Twenty browsers ask for the same number at once; how many were told that it is sent."""
        browsers = [self.browser() for _ in range(20)]
        for browser in browsers:
            browser.once("GET", "/login/")
        with ThreadPoolExecutor(20) as pool:
            answers = list(pool.map(lambda b: b.post("/login/", phone=phone), browsers))
        return sum(answer.status == SENT for answer in answers)
