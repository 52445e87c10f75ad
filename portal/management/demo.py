"""The demonstration: made-up people, one in each state that a query can be in.

They get there as real ones do, through the services; what the bureau would have said is given as
an outcome. Nobody here exists: the ID numbers continue the example printed in GB 11643.
"""

import datetime as dt
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.selectors import id_hash, identity, phone_hash
from creditquery.channels import Delivered, NotExecuted, Outcome, Refused, Unknown, Unusable
from creditquery.models import CreditQuery, Institution, LoanApplication
from creditquery.models.consents import Purpose
from creditquery.report.synthetic import to_xml
from creditquery.selectors.channels import ordered
from creditquery.services import attempts, consents, loans, moves, queries, reports
from creditquery.services.routes import Way
from creditquery.states import QueryState
from evidence.services import record
from portal.deadline import Deadline
from portal.management import demo_incident, demo_reviews
from portal.routing.route import Permit
from portal.validators import check_character
from portal.work import services as work
from portal.work.selectors import find
from portal.work.states import Lane, WorkState

SAMPLE = settings.BASE_DIR / "creditquery/report/samples/pboc_second_gen_small.json"
LENDERS = (("远山银行（演示）", "B10411000H0001"), ("青禾消费金融（演示）", "C10511000H0002"))
TOMORROW = YESTERDAY = dt.timedelta(days=1)
LONG_AGO = dt.timedelta(days=settings.REPORT_KEEP_DAYS + 1)


@dataclass(frozen=True, slots=True)
class Scene:
    """One borrower and how far the query has come; `ago`: when it was signed."""

    phone: str
    name: str
    story: str
    play: Callable[["Stage"], object] | None
    ago: dt.timedelta = dt.timedelta(hours=2)


@dataclass(slots=True)
class Stage:
    """A borrower with a loan, and the services as a scene uses them."""

    person: User
    loan: LoanApplication
    at: dt.datetime

    def wish(self) -> CreditQuery:
        return queries.wish(person=self.person, loan=self.loan, purpose=Purpose.LOAN, now=self.at)

    def sign(self) -> CreditQuery:
        query, checked = self.wish(), identity(self.person)
        assert checked is not None
        queries.sign(
            query=query, identity=checked, language="zh-hans", signed_with="demo", now=self.at
        )
        query.refresh_from_db()
        return query

    def call(self, outcome: Outcome | None = None) -> CreditQuery:
        """Sign, or go on, with one call of the bureau; None: its answer is still on the way."""
        query = self.sign()
        claim = self.claim(query)
        deadline = Deadline(settings.QUERY_DEADLINE_SECONDS)
        begun = attempts.begin(claim=claim, way=_way(), deadline=deadline, now=self.at)
        if begun is not None and outcome is not None:
            attempts.settle(claim=claim, attempt=begun[0], outcome=outcome, now=self.at)
        query.refresh_from_db()
        return query

    def claim(self, query: CreditQuery) -> work.Claim:
        """The query's own work; anybody else's goes back untouched."""
        waiting = find(kind=queries.RUN, subject=query.request_no)
        assert waiting is not None
        self.at = max(self.at + dt.timedelta(seconds=5), waiting.run_after)
        while claims := work.claim(lane=Lane.UPSTREAM, now=self.at, holder="seed_demo"):
            if claims[0].subject == query.request_no:
                return claims[0]
            with work.ending(claims[0], to=WorkState.READY, now=self.at, burn=False,
                             run_after=timezone.now()):  # fmt: skip
                pass
        raise LookupError(query.request_no)


def _way() -> Way:
    """The preferred entrance; nothing is sent, so nobody is asked whether it may be used."""
    first = ordered({})[0]
    return Way(Permit(first.route.name, token="", epoch=0), first)


# --- The scenes, in the order of the states -------------------------------------------------


def _agreed(stage: Stage) -> None:
    stage.wish()


def _signed(stage: Stage) -> None:
    query, checked = stage.wish(), identity(stage.person)
    assert checked is not None
    consent = consents.write(
        query=query, identity=checked, language="zh-hans", signed_with="demo", now=stage.at
    )
    moves.query(query, to=QueryState.CONSENTED, now=stage.at, consent=consent)


def _queued(stage: Stage) -> None:
    """It waits for its turn until tomorrow, so that one can look at it."""
    query = stage.sign()
    claim = stage.claim(query)
    later = timezone.now() + TOMORROW
    with work.ending(claim, to=WorkState.READY, now=stage.at, run_after=later, burn=False):
        pass


def _parked(stage: Stage) -> CreditQuery:
    query = stage.call(NotExecuted("connection refused"))
    while query.state == QueryState.QUEUED:
        query = stage.call(NotExecuted("connection refused"))
    return query


def _sending(stage: Stage) -> None:
    stage.at = timezone.now() - dt.timedelta(minutes=5)
    stage.call()


def _ambiguous(stage: Stage) -> None:
    stage.call(Unknown("timeout", after=TOMORROW.total_seconds()))


def _succeeded(stage: Stage) -> CreditQuery:
    number = f"{stage.at:%Y%m%d%H%M%S}{stage.person.pk % 10**8:08d}"
    return stage.call(Delivered(number, _report(stage.person, number)))


def _held_up(stage: Stage) -> None:
    """Signed just after yesterday's outage began, finished just after it was over."""
    stage.sign()
    stage.at += demo_incident.LASTED
    _succeeded(stage)


def _refused(stage: Stage) -> None:
    stage.call(Refused("BUS001"))


def _stranger(stage: Stage) -> CreditQuery:
    answer = b"<Document><!-- a report about somebody else --></Document>"
    return stage.call(Unusable("wrong-person", answer, final=True))


def _cancelled(stage: Stage) -> None:
    queries.cancel(query=stage.sign(), now=stage.at)


def _expired(stage: Stage) -> None:
    query = stage.sign()
    passed = timezone.localdate(stage.at)
    LoanApplication.objects.filter(pk=stage.loan.pk).update(
        decision_deadline=passed, original_deadline=passed
    )
    queries.expire_due(now=timezone.now())
    query.refresh_from_db()


def _purged(stage: Stage) -> None:
    reports.purge(_succeeded(stage), now=timezone.now())


SCENES = (
    Scene("13800000000", "王小明", "has a loan application and no query yet: start here", None),
    Scene("13800000001", "李雨桐", "agreed, but has not signed", _agreed),
    Scene("13800000002", "张子涵", "signed a moment ago", _signed),
    Scene("13800000003", "刘思远", "waits in the queue until tomorrow", _queued),
    Scene("13800000004", "陈可欣", "waits for the bureau, and goes on when it answers", _parked),
    Scene(
        "13800000005", "杨浩然", "is being asked for; the worker died, another finds it", _sending
    ),
    Scene(
        "13800000006", "赵梓萱", "was sent, no answer came: asked by number tomorrow", _ambiguous
    ),
    Scene("13800000007", "黄俊杰", "has a report to read and download", _succeeded),
    Scene("13800000008", "周诗涵", "has no file at the bureau", _refused),
    Scene("13800000009", "吴宇轩", "got an answer about somebody else, kept sealed", _stranger),
    Scene(demo_reviews.IN_REVIEW, "徐若溪", "is in manual review", _parked),
    Scene(demo_reviews.APPROVED, "孙一鸣", "was reviewed by two officers", _parked),
    Scene(demo_reviews.REFUSED, "马晓彤", "was declined after review: may object", _stranger),
    Scene("13800000013", "朱文博", "cancelled before anything was asked", _cancelled),
    Scene("13800000014", "胡雅静", "let the deadline pass", _expired, dt.timedelta(days=3)),
    Scene("13800000015", "郭子墨", "had a report, deleted on schedule", _purged, LONG_AGO),
    Scene(
        demo_incident.LETTER, "何佳怡", "was held up yesterday: letter ready", _held_up, YESTERDAY
    ),
    Scene(
        demo_incident.EXTENSION,
        "罗志强",
        "was held up yesterday: has asked for a longer deadline",
        _held_up,
        YESTERDAY,
    ),
    Scene(
        demo_incident.COMPLAINT,
        "梁雪梅",
        "was held up yesterday: has a longer deadline, and has complained",
        _held_up,
        YESTERDAY,
    ),
)


def play(scene: Scene) -> bool:
    """Put one scene on; False when its person is there already, who is then left as is."""
    if User.objects.filter(phone_hash=phone_hash(scene.phone)).exists():
        return False
    with transaction.atomic():
        at = timezone.now() - scene.ago
        person = _person(scene, at)
        stage = Stage(person, _loan(person, at), at)
        if scene.play:
            scene.play(stage)
    return True


def lenders() -> list[Institution]:
    return [
        Institution.objects.get_or_create(code=code, defaults={"name": name})[0]
        for name, code in LENDERS
    ]


def _person(scene: Scene, at: dt.datetime) -> User:
    number = _id_number(int(scene.phone[-3:]) + 2)
    person = User.objects.create(
        phone=scene.phone,
        phone_hash=phone_hash(scene.phone),
        name=scene.name,
        id_type="10",
        id_number=number,
        id_hash=id_hash(number),
        verified_at=at,
        joined_at=at,
    )
    record(kind="accounts.user.demo", subject=str(person.pk), now=at)
    return person


def _id_number(sequence: int) -> str:
    """GB 11643: the example's place and day, with another number of the day."""
    first = f"11010519491231{sequence:03d}"
    return first + check_character(first)


def _loan(person: User, at: dt.datetime) -> LoanApplication:
    return loans.apply(
        borrower=person,
        institution=lenders()[person.pk % len(LENDERS)],
        reference=f"DK-{at:%Y%m%d}-{person.phone[-4:]}",
        amount_fen=20_000_000 + int(person.phone[-2:]) * 1_000_000,
        annual_rate_bp=395,
        term_months=36,
        decision_deadline=timezone.localdate(timezone.now()) + dt.timedelta(days=14),
        now=at,
    )


def _report(person: User, number: str) -> bytes:
    """The published sample, about this person."""
    tree = json.loads(Path(SAMPLE).read_text("utf-8"))
    header = tree["PRH"]["PA01"]
    header["PA01A"]["PA01AI01"] = number
    header["PA01B"] |= {"PA01BQ01": person.name, "PA01BI01": person.id_number}
    return to_xml(tree)
