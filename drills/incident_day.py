"""Six hours without the bureau, all at once over, while workers are killed with -9.

An officer says that the outage is over; from then on everything is durable work: whom it touched,
their letters, requests for longer deadlines (which the lender accepts in one act), compensation,
messages. Then the officer corrects the times, and all of it is brought up to date.

lost: of those who were touched, whoever lacks an impact, a letter, an extension, a message, or has
another sum than an independent recomputation. doubled: whatever somebody has twice.
"""

import datetime as dt
import time
from collections import Counter
from collections.abc import Callable
from functools import partial
from random import Random

from django.db import close_old_connections
from django.utils import timezone

from accounts.models import Delivery, User
from accounts.services import messages
from accounts.states import DeliveryState
from complaints.models import (
    Component,
    DeadlineExtension,
    ExtensionBatch,
    ExtensionPolicy,
    Incident,
    IncidentNotice,
)
from complaints.services import extensions, incident_acts
from complaints.severity import Piece
from complaints.states.incidents import ComponentStatus, IncidentState
from complaints.wording import Both
from creditquery.models import Institution
from drills import incident_judge as judge
from drills.harness import Figure, Row, wait_for
from drills.incident_people import lender_user, member, wait_in_vain
from drills.judge import messages_twice
from drills.stage import Stage

N = 120_000
LASTED = dt.timedelta(hours=6)
CORRECTED = dt.timedelta(hours=2, minutes=30)
"""So much earlier it had been over, as it turns out: the last borrowers were not touched, and the
others fall into a lower tier."""
LEAST_SECONDS = 45.0
"""No goal is shorter, however few they are: a killed worker's lease takes 16 s to run out."""
GOALS = {"impacts": 60.0, "letters": 120.0, "extensions": 120.0, "messages": 60.0}
RECOMPUTED = 180.0
SENDING_SECONDS = 300.0
KILLS, KILLS_EACH = 20, (0.5, 5.0)
WORKERS = {"upkeep-1": "upkeep", "upkeep-2": "upkeep", "render": "render", "message": "message"}
REACHED = (DeliveryState.ACCEPTED, DeliveryState.DELIVERED)
TITLE = Both("征信查询中断", "Credit reports were down")
TEXT = Both("演练", "A drill")


def play(stage: Stage, *, n: int | None, seed: int) -> Row:
    day = Day(stage, N if n is None else n, seed)
    day.run()
    return day.row()


class Killer:
    """Kills one worker after the other, so many in all; asked again and again whether it is time.

    No thread of its own: a worker dies with the thread that started it.
    """

    def __init__(self, stage: Stage, chance: Random, count: int) -> None:
        self._stage, self._chance, self._count = stage, chance, count
        self.done = 0
        self._wait()

    def look(self) -> None:
        if self.done < self._count and time.monotonic() >= self._next:
            self._stage.kill(self._chance.choice(list(WORKERS)))
            self.done += 1
            self._wait()

    @property
    def is_over(self) -> bool:
        return self.done == self._count

    def _wait(self) -> None:
        self._next = time.monotonic() + self._chance.uniform(*KILLS_EACH)


class Day:
    def __init__(self, stage: Stage, n: int, seed: int) -> None:
        self.stage, self.n, self.seed = stage, n, seed
        self.began = time.monotonic()
        self.took: dict[str, float] = {}
        self.wrong: Counter[str] = Counter()
        self.killer = Killer(stage, Random(seed), min(KILLS, max(3, n // 100)))
        now = timezone.now()
        wait_in_vain(n, since=now - LASTED, until=now - 2 * judge.GRACE, seed=seed)
        self.lender = lender_user(Institution.objects.get(), now)
        self.officer = member("drill.officer", "compliance_officer", now)
        ExtensionPolicy.objects.create(
            version="drill", auto_ask=True, effective_from=timezone.localdate(now)
        )
        stage.start_web()  # receipts of messages arrive there
        for name, lane in WORKERS.items():
            stage.start_worker(name, lane, threads=8 if lane == "message" else 4)
        stage.start_beat()
        stage.until_workers_answer(*WORKERS)
        print(f"{n} borrowers wait after {self.seconds:.0f} s", flush=True)

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.began

    def goal(self, whole: float) -> float:
        """A goal is for 120,000; fewer have to be quicker, to the least that a kill leaves."""
        return max(LEAST_SECONDS, whole * self.n / N)

    # --- What happens -----------------------------------------------------------------------

    def run(self) -> None:
        self.open()
        self.resolve()
        self.follow()
        self.accept()
        self.judge(self.end)
        self.told = judge.untold(self.incident, judge.touched(self.end))
        self.correct()
        self.send()

    def open(self) -> None:
        now = timezone.now()
        self.bureau = Component.objects.get(key="bureau")
        self.incident = incident_acts.open_by_hand(
            failing={self.bureau: ComponentStatus.MAJOR},
            title=TITLE,
            text=TEXT,
            began_at=now - LASTED - judge.GRACE,
            by=self.officer,
            now=now,
        )

    def resolve(self) -> None:
        incident_acts.update(
            incident=self.incident,
            text=TEXT,
            to=IncidentState.RESOLVED,
            by=self.officer,
            now=timezone.now(),
        )
        self.incident.refresh_from_db()
        assert self.incident.ended_at is not None
        self.end = self.incident.ended_at
        people = judge.touched(self.end)
        # While it was open they were found each minute; what counts is the last computation.
        done = Incident.objects.filter(pk=self.incident.pk, computed_at__gte=self.end)
        self.time("impacts", lambda: done.exists() and judge.found(self.incident) == people)

    def follow(self) -> None:
        """All at once, in two lanes; each is timed from here."""
        at = time.monotonic()
        incident = self.incident
        until = {
            "messages": lambda: IncidentNotice.objects.filter(incident=incident).count() >= self.n,
            "extensions": lambda: (
                DeadlineExtension.objects.filter(incident=incident).count() >= self.n
            ),
            "letters": lambda: judge.with_letter(incident).total() >= self.n,
            "compensation": lambda: judge.assessed(incident).total() >= self.n,
        }
        while until and time.monotonic() - at < 3 * self.goal(RECOMPUTED):
            for name in [name for name, is_done in until.items() if is_done()]:
                self.took[name] = time.monotonic() - at
                del until[name]
            self.killer.look()
            time.sleep(0.5)
        for name in until:
            self.took[name] = time.monotonic() - at

    def accept(self) -> None:
        """The lender accepts everything in one act; its time counts with the asking's."""
        asked = self.took["extensions"]
        batch = extensions.accept_all(
            incident=self.incident,
            institution=self.lender.membership.institution,
            by=self.lender,
            reason="演练",
            now=timezone.now(),
        )
        done = ExtensionBatch.objects.filter(pk=batch.pk).exclude(done_at=None)
        self.time("extensions", done.exists)
        self.took["extensions"] += asked

    def correct(self) -> None:
        """It was over earlier: some were not touched at all, and the others get less."""
        end = self.end - CORRECTED
        now = timezone.now()
        incident_acts.correct(
            incident=self.incident,
            pieces=[Piece(self.bureau.pk, ComponentStatus.MAJOR, self.incident.began_at, end)],
            reason="演练",
            by=self.officer,
            now=now,
        )
        self.incident.refresh_from_db()
        self.time("recomputed", lambda: not judge.wrong(self.incident, end).total())
        self.judge(end)

    def send(self) -> None:
        """While so many wait, one message that is not one of many goes out at once."""
        now = timezone.now()
        one = messages.send(
            user=self.someone(), kind="creditquery.query_delayed", context={"no": "0000"}, now=now
        )
        sent = Delivery.objects.filter(pk=one.pk, state__in=REACHED)
        self.time("fresh_message", sent.exists, pause=0.1)
        wait_for(self.is_all_sent, seconds=SENDING_SECONDS, tell=self.tell)

    def is_all_sent(self) -> bool:
        """And nobody is left to be killed."""
        self.killer.look()
        return judge.waiting_to_be_sent() == 0 and self.killer.is_over

    def someone(self) -> User:
        """Anybody who was touched."""
        return User.objects.filter(pk__in=judge.found(self.incident)).order_by("pk")[0]

    def time(self, name: str, is_done: Callable[[], bool], pause: float = 0.5) -> None:
        at = time.monotonic()
        while not is_done() and time.monotonic() - at < 3 * self.goal(RECOMPUTED):
            self.killer.look()
            time.sleep(pause)
        self.took[name] = time.monotonic() - at
        self.tell()

    def judge(self, end: dt.datetime) -> None:
        self.wrong += judge.wrong(self.incident, end)

    def tell(self, _seconds: float = 0) -> None:
        took = ", ".join(f"{name} {seconds:.1f} s" for name, seconds in self.took.items())
        print(f"{self.seconds:5.0f} s  killed {self.killer.done}: {took}", flush=True)

    # --- What came of it --------------------------------------------------------------------

    def row(self) -> Row:
        close_old_connections()
        doubled = judge.twice(self.incident)
        doubled["messages at phones"] = messages_twice(self.stage)
        granted = DeadlineExtension.objects.filter(incident=self.incident, state="in_force")
        lost = Counter(self.wrong)
        doubled["letters"] = lost.pop("letters_twice", 0)
        lost["extensions"] = self.n - granted.count()
        lost["messages"] = self.told
        print("lost:", dict(+lost), "doubled:", dict(+doubled), "fallen:", self.stage.fallen)
        return Row(
            drill="incident_day",
            n=self.n,
            seed=self.seed,
            seconds=round(self.seconds, 1),
            faults={"worker killed": self.killer.done},
            operations=self.n,
            lost=lost.total(),
            doubled=doubled.total(),
            figures=self.figures(),
            notes=f"goals for {N}, for fewer in proportion and no less than {LEAST_SECONDS:.0f} s; "
            "leases after 16 s",
        )

    def figures(self) -> dict[str, Figure]:
        within = {name: self.goal(whole) for name, whole in GOALS.items()}
        within |= {"recomputed": self.goal(RECOMPUTED), "fresh_message": 10.0}
        seconds = partial(round, ndigits=1)
        return {
            f"{name}_seconds": Figure(seconds(took), "s", goal, goal is None or took <= goal)
            for name, took in self.took.items()
            for goal in (within.get(name),)
        } | {
            "messages_left_to_send": Figure(judge.waiting_to_be_sent(), "messages"),
            "work_dead": judge.dead_work(),
            **judge.sending(),
        }
