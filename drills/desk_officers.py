"""Officers at work, until their process is killed (drills/desk_gang.py).

They take cases, recommend and check, and do what people do: give back, hand over, ask for more,
walk away, and come back to a page that has been open for too long. What a service said it has done
goes into the journal, so that a judge can look for it in the tables.
"""

import os
import random
import sys
import time
from pathlib import Path
from typing import Any

from django.db import OperationalError, connection
from django.utils import timezone

from accounts.models import User
from accounts.refusals import Refused
from drills.desk_people import browser
from portal.tests.browser.program import Answer, Program
from reviews.models import ReviewTask
from reviews.selectors import cases
from reviews.services import claims, deciding, handling
from reviews.states.cases import ReviewState as R

STALE_SECONDS = 75.0
"""So long somebody stays away who walks away: a lease of a minute, and the upkeep's next look."""
IDLE_SECONDS = 0.3
APPROVE: dict[str, Any] = {
    "outcome": "approve",
    "reasons": ["income-shown"],
    "text": "演练：资料齐全。",
}
REFUSE: dict[str, Any] = {
    "outcome": "refuse",
    "reasons": ["period-missing"],
    "text": "演练：缺少流水。",
}


class Journal:
    """A line for each act that was done, whole or not at all."""

    def __init__(self, path: Path) -> None:
        self.file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)

    def write(self, kind: str, *values: object) -> None:
        os.write(self.file, (" ".join(map(str, (kind, *values))) + "\n").encode())


class Officer:
    """Through the services, as the pages call them."""

    def __init__(self, username: str, journal: Journal, chance: random.Random) -> None:
        self.user = User.objects.get(username=username)
        self.journal, self.chance = journal, chance
        self.left: list[tuple[float, ReviewTask, int]] = []

    def work(self) -> None:
        while True:
            try:
                if not self.turn():
                    time.sleep(IDLE_SECONDS)
            except Refused as error:
                self.journal.write("refused", error.code)
            except OperationalError:
                connection.close()
                time.sleep(IDLE_SECONDS)
            except Exception as error:  # noqa: BLE001 (the judge wants to know of each)
                self.journal.write("broken", type(error).__name__)
                print(repr(error), file=sys.stderr, flush=True)

    def turn(self) -> bool:
        """One case; False when nothing waits."""
        self.come_back()
        task = claims.next_case(officer=self.user, now=timezone.now())
        if task is None:
            return False
        if self.chance.random() < 0.01:
            self.left.append((time.monotonic() + STALE_SECONDS, task, task.fence))
        elif task.state == R.CLAIMED:
            self.look_into(task)
        else:
            self.check(task)
        return True

    def come_back(self) -> None:
        """To a page that was left open. Mostly the case is somebody else's by now, or decided."""
        if not self.left or self.left[0][0] > time.monotonic():
            return
        _, task, fence = self.left.pop(0)
        checking = task.state == R.CHECKING
        try:
            self.agree(task, fence) if checking else self.recommend(task, fence)
        except Refused as error:
            self.journal.write("stale", error.code)
        else:
            self.journal.write("stale", "nobody-else-had-it")

    # --- Acts ---------------------------------------------------------------------------------

    def look_into(self, task: ReviewTask) -> None:
        given: dict[str, Any] = {"task": task, "by": self.user, "now": timezone.now()}
        roll = self.chance.random()
        if roll < 0.02:
            claims.release(fence=task.fence, **given)
            self.journal.write("released", task.pk, self.user.pk)
        elif roll < 0.04:
            self.hand_over(task)
        elif roll < 0.06:
            deciding.request_more(
                fence=task.fence, reasons=["unreadable"], text="演练：请重拍。", **given
            )
            self.journal.write("requested", task.pk, self.user.pk)
        elif roll < 0.065:
            handling.recuse(text="演练", **given)
            self.journal.write("recused", task.pk, self.user.pk)
        elif roll < 0.07:
            data = f"%PDF-1.7 {task.pk} {self.user.pk}".encode()
            handling.hand_in(kind="statement", name="演练.pdf", data=data, **given)
            self.journal.write("added", task.pk, self.user.pk)
        else:
            self.recommend(task, task.fence)

    def check(self, task: ReviewTask) -> None:
        given: dict[str, Any] = {
            "task": task,
            "by": self.user,
            "fence": task.fence,
            "now": timezone.now(),
        }
        roll = self.chance.random()
        if roll < 0.02:
            claims.release(**given)
            self.journal.write("released", task.pk, self.user.pk)
        elif roll < 0.05:
            deciding.send_back(reasons=["reasons-incomplete"], text="演练", **given)
            self.journal.write("sent_back", task.pk, self.user.pk)
        elif roll < 0.07:
            deciding.check(agrees=False, reasons=["wrong-outcome"], text="演练", **given)
            self.journal.write("sent_back", task.pk, self.user.pk)
        else:
            try:
                self.agree(task, task.fence)
            except Refused as error:
                if error.code != "desk-maker-recused":
                    raise
                deciding.send_back(reasons=["policy-not-followed"], text="演练", **given)
                self.journal.write("sent_back", task.pk, self.user.pk)

    def recommend(self, task: ReviewTask, fence: int) -> None:
        said = APPROVE if self.chance.random() < 0.8 else REFUSE
        deciding.recommend(task=task, by=self.user, fence=fence, now=timezone.now(), **said)
        self.journal.write("recommended", task.pk, self.user.pk)

    def agree(self, task: ReviewTask, fence: int) -> None:
        now = timezone.now()
        deciding.check(task=task, by=self.user, fence=fence, agrees=True, text="", now=now)
        done = "agreed" if task.state == R.RECOMMENDED else "decided"
        self.journal.write(done, task.pk, self.user.pk)

    def hand_over(self, task: ReviewTask) -> None:
        able = cases.colleagues(task, self.user)
        claims.hand_over(
            task=task,
            by=self.user,
            to=self.chance.choice(able),
            fence=task.fence,
            text="",
            now=timezone.now(),
        )
        self.journal.write("handed_over", task.pk, self.user.pk)


class AtTheWeb(Officer):
    """The same by plain POSTs of the portal's own pages."""

    def __init__(self, *given: Any, web: str) -> None:
        super().__init__(*given)
        self.program = Program(web, cookies=browser(self.user))

    def turn(self) -> bool:
        queue = self.program.get("/en/desk/reviews/")
        page = self.program.submit(queue, "/next/")
        if not page.url.rstrip("/").rpartition("/")[2].startswith("RG-"):
            return False
        number = page.url.rstrip("/").rpartition("/")[2]
        task = ReviewTask.objects.get(number=number)
        if "/recommend/" in page.text:
            said = {"outcome": "approve", "reasons_for": "income-shown", "text": "演练"}
            self.send(page, "/recommend/", task, "recommended", **said)
        elif "/check/" in page.text:
            self.send(page, "/check/", task, "checked", agrees="yes")
        return True

    def send(self, page: Answer, act: str, task: ReviewTask, kind: str, **fields: str) -> None:
        """An act that was done leads back to the case, or to the queue; one that was refused does
        not."""
        answer = self.program.submit(page, act, **fields)
        if answer.status == 200 and act not in answer.url:
            self.journal.write(kind, task.pk, self.user.pk)
        else:
            self.journal.write("refused", f"web-{answer.status}")
