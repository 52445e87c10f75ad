"""Six hours without the bureau, all at once over, while workers are killed with -9.

An officer opens the incident: whom it touched is found. The officer says that it is over; from then
on everything is durable work: letters, requests for longer deadlines (which the lender accepts in
one act), compensation, messages. Then the officer corrects the times, and all of it is brought up
to date. At last two officers offer the compensation and pay out what borrowers accept.

lost: of those who were touched, whoever lacks an impact, a letter, an extension, a message, or has
another sum than an independent recomputation; of those who accepted, whoever was not paid exactly
that. doubled: whatever somebody has twice.
"""

import datetime as dt
import time
from collections import Counter
from collections.abc import Callable
from random import Random

from django.core.management import call_command
from django.db import close_old_connections
from django.utils import timezone

from accounts.models import Delivery, User
from accounts.services import messages
from accounts.states import DeliveryState
from complaints.incident.severity import Piece
from complaints.incident.wording import Both
from complaints.models import (
    Compensation,
    Component,
    ExtensionBatch,
    ExtensionPolicy,
    Letter,
    LetterFile,
)
from complaints.services import extensions, incident_acts, letter_files
from complaints.states.incidents import ComponentStatus, IncidentState
from creditquery.models import Institution
from drills import incident_judge as judge
from drills.harness import Figure, Row, wait_for
from drills.incident_judge import Truth
from drills.incident_money import ANSWERS, Money
from drills.incident_people import lender_user, member, wait_in_vain
from drills.judge import messages_twice
from drills.stage import Stage

N = 120_000
LASTED = dt.timedelta(hours=6)
CORRECTED = dt.timedelta(hours=2, minutes=30)
"""So much earlier it had been over, as it turns out: the last borrowers were not touched, and the
others fall into a lower tier."""
GOALS = {
    "impacts": 60.0,
    "impacts_at_the_end": 60.0,
    "messages": 60.0,
    "letters": 120.0,
    "extensions": 120.0,
    "recomputed": 180.0,
}
"""Seconds from the officer's act, for 120,000; fewer have to be quicker."""
LEAST_SECONDS = 45.0
"""No goal is shorter: a kill holds up a part until its lease has run out, however few they are."""
ALONE = {"paper": 30.0, "fresh_message": 10.0}
"""What one person wants while thousands are served, whatever their number."""
PATIENCE = 3
GLANCE_SECONDS = 0.05
SENDING_SECONDS = 300.0
KILLS = {"over": 6, "extensions": 3, "recomputed": 6, "offered": 3, "sent": 2}
"""How many workers are killed in each stage, as soon as it has begun; for few people fewer."""
KILLED = ("upkeep-1", "upkeep-2", "message")
WORKERS = {"upkeep-1": "upkeep", "upkeep-2": "upkeep", "render": "render", "message": "message"}
REACHED = (DeliveryState.ACCEPTED, DeliveryState.DELIVERED)
TITLE = Both("征信查询中断", "Credit reports were down")
TEXT = Both("演练", "A drill")


def play(stage: Stage, *, n: int | None, seed: int) -> Row:
    day = Day(stage, N if n is None else n, seed)
    day.run()
    return day.row()


class Killer:
    """Kills one worker after the other while it holds work, as many as it is allowed; asked again
    and again whether it is time.

    Whoever has only just been started is left alone: that would show how long Python imports, and
    nothing else. No thread of its own: a worker dies with the thread that started it.
    """

    def __init__(self, stage: Stage, chance: Random, n: int) -> None:
        self._stage, self._chance = stage, chance
        self._share = min(1.0, max(0.25, n / 2000))
        self._apart = (1.0, 6.0 + 10 * n / N)
        self.done, self._allowed, self._next = 0, 0.0, 0.0

    def allow(self, stage: str) -> None:
        """What a stage leaves, because it was over too soon, falls into the next one."""
        self._allowed += KILLS.get(stage, 0) * self._share
        self._wait()

    def look(self) -> None:
        if self.is_over or time.monotonic() < self._next:
            return
        holders = judge.holders()
        busy = [name for name in KILLED if self._stage.actors[name].process.pid in holders]
        if busy:
            self._stage.kill(self._chance.choice(busy))
            self.done += 1
            self._wait()

    @property
    def is_over(self) -> bool:
        return self.done >= round(self._allowed)

    def _wait(self) -> None:
        self._next = time.monotonic() + self._chance.uniform(*self._apart)


class Day:
    def __init__(self, stage: Stage, n: int, seed: int) -> None:
        self.stage, self.n, self.seed = stage, n, seed
        self.began = time.monotonic()
        self.took: dict[str, float] = {}
        self.lost: Counter[str] = Counter()
        self.killer = Killer(stage, Random(seed), n)
        now = timezone.now()
        wait_in_vain(n, since=now - LASTED, until=now - 2 * judge.GRACE, seed=seed)
        self.lender = lender_user(Institution.objects.get(), now)
        self.officer = member("drill.officer", "compliance_officer", now)
        risk = member("drill.risk", "risk_officer", now)
        self.money = Money(proposes=risk, approves=self.officer)
        self.money.top_up()
        ExtensionPolicy.objects.create(
            version="drill", auto_ask=True, effective_from=timezone.localdate(now)
        )
        call_command("prepare_fonts", verbosity=0)  # as at set-up: no worker cuts them
        stage.start_web()  # receipts of messages arrive there
        for name, lane in WORKERS.items():
            stage.start_worker(name, lane, threads=8 if lane == "message" else 4)
        stage.start_beat()
        stage.until_workers_answer(*WORKERS)
        print(f"{n} borrowers wait after {self.seconds:.0f} s", flush=True)

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.began

    def goal(self, name: str) -> float:
        """A goal is for 120,000; fewer have to be quicker, to the least that a kill leaves."""
        return ALONE.get(name) or max(LEAST_SECONDS, GOALS[name] * self.n / N)

    # --- What happens -----------------------------------------------------------------------

    def run(self) -> None:
        self.open()
        self.resolve()
        self.accept()
        self.correct()
        self.pay()
        self.send()

    def open(self) -> None:
        """Whoever waits now is touched; a person who opens it by hand says since when."""
        at, now = time.monotonic(), timezone.now()
        self.bureau = Component.objects.get(key="bureau")
        began = now - LASTED - judge.GRACE
        self.incident = incident_acts.open_by_hand(
            failing={self.bureau: ComponentStatus.MAJOR},
            title=TITLE,
            text=TEXT,
            began_at=began,
            by=self.officer,
            now=now,
        )
        self.truth = Truth(self.incident.pk, began, now, since=now)
        self.until("impacts", at, lambda: self.is_right("impacts"))

    def resolve(self) -> None:
        """All at once in one lane; each is timed from the officer's act."""
        at, now = time.monotonic(), timezone.now()
        self.killer.allow("over")
        incident_acts.update(
            incident=self.incident, text=TEXT, to=IncidentState.RESOLVED, by=self.officer, now=now
        )
        self.truth = Truth(self.incident.pk, self.truth.began, ended=now, since=now)
        self.until("impacts_at_the_end", at, lambda: self.is_right("impacts"))
        done: dict[str, Callable[[], bool]] = {
            "messages": lambda: judge.followed(self.truth, "notices"),
            "extensions": lambda: judge.followed(self.truth, "extensions"),
            "letters": lambda: judge.followed(self.truth, "letters"),
            "compensation": lambda: judge.followed(self.truth, "compensation"),
        }
        self.until_all(done, at)
        self.judge()
        self.lost["messages"] += judge.untold(self.truth)

    def accept(self) -> None:
        """The lender accepts everything in one act; its time counts with the asking's."""
        asked, at = self.took["extensions"], time.monotonic()
        self.killer.allow("extensions")
        batch = extensions.accept_all(
            incident=self.incident,
            institution=self.lender.membership.institution,
            by=self.lender,
            reason="演练",
            now=timezone.now(),
        )
        done = ExtensionBatch.objects.filter(pk=batch.pk).exclude(done_at=None)
        self.until("extensions", at - asked, done.exists)
        self.judge()

    def correct(self) -> None:
        """It was over earlier: some were not touched at all, and the others get less. Meanwhile
        somebody wants the paper of a letter."""
        at, now = time.monotonic(), timezone.now()
        self.killer.allow("recomputed")
        end = self.truth.ended - CORRECTED
        incident_acts.correct(
            incident=self.incident,
            pieces=[Piece(self.bureau.pk, ComponentStatus.MAJOR, self.truth.began, end)],
            reason="演练",
            by=self.officer,
            now=now,
        )
        self.truth = Truth(self.incident.pk, self.truth.began, ended=end, since=now)
        letters = Letter.objects.filter(incident=self.incident, state="issued").defer("document")
        letter = letters.order_by("-pk")[0]
        letter_files.want(letter=letter, now=timezone.now())
        done = {
            "paper": LetterFile.objects.filter(letter=letter).exists,
            "recomputed": lambda: judge.followed(self.truth) and not self.errors(),
        }
        self.until_all(done, at)
        self.judge()

    def pay(self) -> None:
        """Two officers and the workers offer it to all; some accept, and the bank is told."""
        at = time.monotonic()
        self.killer.allow("offered")
        batch = self.money.propose(self.incident)
        self.wait(lambda: type(batch).objects.get(pk=batch.pk).state == "proposed")
        self.money.approve(batch)
        offered = Compensation.objects.filter(batch=batch, state="offered")
        everybody = judge.people(self.truth)
        self.until("offered", at, lambda: offered.count() == everybody)
        at = time.monotonic()
        self.money.answer(self.killer.look)
        self.money.pay_out(self.killer.look)
        self.money.answer_again()
        self.money.pay_out(self.killer.look)
        self.took["paid"] = time.monotonic() - at
        sums = judge.sums(self.truth)
        self.lost["payments"] += self.money.unpaid(sums)
        self.lost["ledger"] += self.money.ledger_errors(sums)
        self.judge()

    def send(self) -> None:
        """While so many wait, one message that is not one of many goes out at once."""
        self.killer.allow("sent")
        at, someone = time.monotonic(), User.objects.get(pk=min(judge.sums(self.truth)))
        one = messages.send(
            user=someone,
            kind="creditquery.query_delayed",
            context={"no": "0000"},
            now=timezone.now(),
        )
        sent = Delivery.objects.filter(pk=one.pk, state__in=REACHED)
        self.until("fresh_message", at, sent.exists, pause=0.1)
        wait_for(self.is_all_sent, seconds=SENDING_SECONDS, tell=self.tell)

    def is_all_sent(self) -> bool:
        self.killer.look()
        return judge.waiting_to_be_sent() == 0

    # --- Waiting and judging ----------------------------------------------------------------

    def until(self, name: str, at: float, is_done: Callable[[], bool], pause: float = 0.5) -> None:
        """Wait for it, and note how long after a moment it was."""
        self.until_all({name: is_done}, at, pause)

    def until_all(self, done: dict[str, Callable[[], bool]], at: float, pause: float = 0.5) -> None:
        left = dict(done)

        def look() -> bool:
            for name in [name for name, is_done in left.items() if is_done()]:
                self.took[name] = time.monotonic() - at
                del left[name]
            return not left

        self.wait(look, pause)
        self.took |= dict.fromkeys(left, time.monotonic() - at)
        self.lost |= dict.fromkeys(left, 1)  # whatever never came
        self.tell()

    def wait(self, is_done: Callable[[], bool], pause: float = 0.5) -> None:
        patience = time.monotonic() + PATIENCE * self.goal("recomputed")
        while not is_done() and time.monotonic() < patience:
            self._watch(pause)

    def _watch(self, seconds: float) -> None:
        """Work of few people is soon done: who looks for a worker that holds some looks often."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.killer.look()
            time.sleep(min(seconds, GLANCE_SECONDS))

    def is_right(self, *names: str) -> bool:
        return judge.computed(self.truth) and not self.errors(*names)

    def errors(self, *names: str) -> int:
        return judge.wrong(self.truth, *names).total()

    def judge(self) -> None:
        self.lost += judge.wrong(self.truth)

    def tell(self, _seconds: float = 0) -> None:
        took = ", ".join(f"{name} {seconds:.1f} s" for name, seconds in self.took.items())
        print(f"{self.seconds:5.0f} s  killed {self.killer.done}: {took}", flush=True)

    # --- What came of it --------------------------------------------------------------------

    def row(self) -> Row:
        close_old_connections()
        doubled = judge.twice()
        doubled["messages at phones"] = messages_twice(self.stage)
        print("lost:", +self.lost, "doubled:", +doubled, "fallen:", self.stage.fallen)
        return Row(
            drill="incident_day",
            n=self.n,
            seed=self.seed,
            seconds=round(self.seconds, 1),
            faults={"worker killed": self.killer.done},
            operations=self.n,
            lost=self.lost.total(),
            doubled=doubled.total(),
            figures=self.figures(),
            notes=f"goals for {N}, for fewer in proportion and no less than {LEAST_SECONDS:.0f} s; "
            f"leases of 8 s; {ANSWERS} at most answer their offer; sending is watched for "
            f"{SENDING_SECONDS:.0f} s after all else, and what is left is counted, not judged",
        )

    def figures(self) -> dict[str, Figure]:
        found = {}
        for name, took in self.took.items():
            goal = self.goal(name) if name in {**GOALS, **ALONE} else None
            reached = goal is None or took <= goal
            found[f"{name}_seconds"] = Figure(round(took, 1), "s", goal, reached)
        return {
            **found,
            "touched_after_the_correction": Figure(judge.people(self.truth), "people"),
            "paid_by_the_bank": Figure(self.money.bank.booked.total(), "fen"),
            **judge.figures(),
        }
