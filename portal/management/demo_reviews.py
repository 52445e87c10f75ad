"""Three manual reviews of the demonstration: one that waits with its papers, two that are decided.

Everything goes through the services; the papers are drawn here, and checked and rebuilt like any
file that somebody hands in. What a machine reads in them, the workers find out by themselves.
"""

import datetime as dt
import io
from collections.abc import Mapping, Sequence

from django.db import transaction
from django.utils import timezone
from PIL import Image, ImageDraw, ImageFont

from accounts.models import User
from accounts.selectors import borrower
from creditquery.models import CreditQuery
from portal import fonts
from portal.work import services as work
from portal.work.states import Lane
from portal.work.tasks import perform
from reviews.models import Branch, Competence, ReviewTask
from reviews.services import claims, deciding, drafts, submission
from reviews.services.documents import SANITISE
from reviews.states.cases import Outcome
from reviews.states.documents import DocumentKind

IN_REVIEW, APPROVED, REFUSED = "13800000010", "13800000011", "13800000012"
MAKER, CHECKER = "loan.officer", "risk.officer"
WIDTH, HEIGHT, SIZE, ROW, LEFT = 1240, 1754, 22, 46, 80
EMPLOYER = "青禾仪器有限公司"
WAGE, RENT = 12_600_00, 3_200_00
FORGED = "110105194912310021"
"""The example printed in GB 11643 with another last digit: no such number can exist."""
BATCH = 10
PLACES = (
    ("counter", "云岭征信服务中心（演示）", "云岭省", "云岭市", "城中区", "演示路1号"),
    ("machine", "云岭市政务大厅自助机（演示）", "云岭省", "云岭市", "城中区", "演示路18号"),
    ("machine", "云岭城北网点自助机（演示）", "云岭省", "云岭市", "城北区", "演示街7号"),
    ("machine", "松江网点自助机（演示）", "云岭省", "松江市", "江南区", "演示街3号"),
    ("counter", "海州征信服务中心（演示）", "海州省", "海州市", "港口区", "演示大道100号"),
    ("machine", "海州港口网点自助机（演示）", "海州省", "海州市", "港口区", "演示大道88号"),
)
"""Kind, name, province, city, district, address: none of them exists."""
HOURS, PAPERS = "工作日9:00至16:30", "本人有效身份证件原件"


def play(people: Mapping[str, User], *, now: dt.datetime) -> bool:
    """False when it was played before."""
    if Competence.objects.exists():
        return False
    for name in (MAKER, CHECKER):
        Competence.objects.create(officer=people[name])
    begun = [_hand_in(phone, now) for phone in (IN_REVIEW, APPROVED, REFUSED)]
    _check(now)
    for task in begun:
        submission.submit(task=task, now=now)
        task.refresh_from_db()
    _, approved, refused = begun
    _decide(
        approved, people, now, Outcome.APPROVE, "income-shown", "三个月工资收入连续，与单位一致。"
    )
    _decide(
        refused, people, now, Outcome.REFUSE, "identity-differs", "资料中的证件号码与申请人不符。"
    )
    return True


def places() -> bool:
    """Where a report would be printed; False when there are some already."""
    if Branch.objects.exists():
        return False
    columns = ("kind", "name", "province", "city", "district", "address")
    Branch.objects.bulk_create(
        Branch(**dict(zip(columns, place, strict=True)), hours=HOURS, papers=PAPERS)
        for place in PLACES
    )
    return True


def _hand_in(phone: str, now: dt.datetime) -> ReviewTask:
    person = borrower(phone)
    assert person is not None
    query = CreditQuery.objects.get(person=person)
    number = FORGED if phone == REFUSED else person.id_number
    task = drafts.begin(query=query, person=person, now=now)
    papers = {
        DocumentKind.STATEMENT: ("银行流水.png", _statement(person, now)),
        DocumentKind.SALARY: ("收入证明.png", _salary(person, number)),
    }
    for kind, (name, data) in papers.items():
        drafts.add(task=task, kind=kind, name=name, data=data, by=person, now=now)
    return task


def _check(now: dt.datetime) -> None:
    """What the intake workers would do in a moment; reading is left to them."""
    while mine := work.claim(lane=Lane.INTAKE, now=now, holder="seed_demo", limit=BATCH):
        for claim in mine:
            if claim.kind == SANITISE:
                perform(claim)
            else:
                later = timezone.now()
                with work.ending(
                    claim, to=work.WorkState.READY, now=later, run_after=later, burn=False
                ):
                    pass


def _decide(
    task: ReviewTask,
    people: Mapping[str, User],
    now: dt.datetime,
    outcome: str,
    reason: str,
    text: str,
) -> None:
    maker, checker = people[MAKER], people[CHECKER]
    with transaction.atomic():
        claims.claim(task=task, officer=maker, now=now)
        deciding.recommend(
            task=task,
            by=maker,
            fence=task.fence,
            outcome=outcome,
            reasons=[reason],
            text=text,
            now=now,
        )
        claims.claim(task=task, officer=checker, now=now)
        deciding.check(task=task, by=checker, fence=task.fence, agrees=True, text="", now=now)


# --- The papers -----------------------------------------------------------------------------


def _statement(person: User, now: dt.datetime) -> bytes:
    """Three months of an account: a wage and a rent each, and a balance that follows."""
    lines = [
        ["远山银行个人账户交易明细"],
        [f"户名：{person.name}", f"证件号码：{person.id_number}"],
        ["日期", "摘要", "对方户名", "交易金额", "账户余额"],
    ]
    balance, today = 6_000_00, timezone.localdate(now)
    for back in (3, 2, 1):
        month = (today.replace(day=1) - dt.timedelta(days=30 * back)).replace(day=1)
        for day, what, who, sum_fen in (
            (10, "代发工资", EMPLOYER, WAGE),
            (20, "房租", "李秀兰", -RENT),
        ):
            balance += sum_fen
            lines.append([f"{month.replace(day=day)}", what, who, _yuan(sum_fen), _yuan(balance)])
    return _drawn(lines)


def _salary(person: User, number: str) -> bytes:
    return _drawn(
        [
            ["收入证明"],
            [f"姓名：{person.name}"],
            [f"身份证号：{number}"],
            [f"工作单位：{EMPLOYER}"],
            [f"月收入：{_yuan(WAGE)}元"],
        ]
    )


def _yuan(fen: int) -> str:
    return f"{fen / 100:,.2f}"


def _drawn(lines: Sequence[Sequence[str]]) -> bytes:
    """A page of text in columns, as a picture."""
    text = "".join("".join(line) for line in lines)
    face = fonts.outfit(text).faces[0]
    font = ImageFont.truetype(io.BytesIO(face.data), SIZE)
    page = Image.new("L", (WIDTH, HEIGHT), 255)
    pen = ImageDraw.Draw(page)
    for n, line in enumerate(lines):
        step = (WIDTH - 2 * LEFT) // len(line)
        for column, words in enumerate(line):
            pen.text((LEFT + column * step, LEFT + n * ROW), words, fill=20, font=font)
    out = io.BytesIO()
    page.save(out, "PNG")
    return out.getvalue()
