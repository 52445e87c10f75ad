"""Whether a stranger learns which numbers have an account: by status, page, cookies or time."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from drills import login_judge as judge
from drills.login_browser import Browser, any_network
from drills.stage import Stage
from portal.tests.browser.program import Answer

WARM = 5
"""First requests of a server are slow for everybody."""
STEPS = ("request", "page", "wrong code", "resend")


@dataclass
class Group:
    """What one kind of number got, step by step."""

    answers: dict[str, list[object]] = field(default_factory=lambda: {s: [] for s in STEPS})
    milliseconds: dict[str, list[float]] = field(default_factory=lambda: {s: [] for s in STEPS})


class Telling:
    def __init__(self, stage: Stage, chance: random.Random) -> None:
        self.stage, self.chance, self.requests = stage, chance, 0

    def ask(self, *kinds: Sequence[str]) -> list[Group]:
        """One number of each kind after the other, in an order by chance, one at a time."""
        groups = [Group() for _ in kinds]
        for _ in range(WARM):
            self._one(f"136{self.chance.randrange(10**8):08d}", Group())
        for phones in zip(*kinds, strict=True):
            turn = list(zip(phones, groups, strict=True))
            self.chance.shuffle(turn)
            for phone, group in turn:
                self._one(phone, group)
        return groups

    def _one(self, phone: str, group: Group) -> None:
        browser = Browser(self.stage.web, network=any_network(self.chance))
        browser.once("GET", "/login/")
        self._note(group, "request", browser, lambda: browser.post("/login/", phone=phone))
        self._note(group, "page", browser, lambda: browser.once("GET", "/login/code/"))
        code = f"{self.chance.randrange(10**6):06d}"
        self._note(group, "wrong code", browser, lambda: browser.enter(code))
        self._note(
            group, "resend", browser, lambda: browser.post("/login/code/again/", channel="sms")
        )
        self.requests += browser.requests

    def _note(self, group: Group, step: str, browser: Browser, act: Callable[[], Answer]) -> None:
        answer = act()
        seen = (
            answer.status,
            answer.headers.get("location", ""),
            tuple(sorted(browser.cookies)),
            judge.plain_page(answer.text),
        )
        group.answers[step].append(seen)
        group.milliseconds[step].append(answer.first_byte_ms)

    def judge(self, groups: Sequence[Group]) -> tuple[int, list[float], list[float]]:
        """Answers that tell a kind from the last one; for each kind and step the chance that
        their times differ by nothing, times the number of comparisons (Bonferroni), and the gap
        of the medians in milliseconds."""
        *kinds, unknown = groups
        telling, chances, gaps = 0, [], []
        for kind in kinds:
            for step in STEPS:
                telling += judge.telling(kind.answers[step], unknown.answers[step])
                times = kind.milliseconds[step], unknown.milliseconds[step]
                chances.append(min(1.0, judge.mann_whitney(*times) * len(STEPS) * len(kinds)))
                gaps.append(judge.median_gap(*times))
        return telling, chances, gaps
