"""Yesterday's outage in the demonstration, and what three borrowers got out of it.

Everything goes through the services, at the times at which it would have happened; a fresh
demonstration is well: nothing is down any more.
"""

import datetime as dt

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.selectors import borrower
from complaints.case.classification import Topic
from complaints.incident.wording import Both
from complaints.models import Component, DeadlineExtension, Incident, IncidentImpact
from complaints.selectors import aftermath as graded
from complaints.services import (
    aftermath,
    cases,
    compensation,
    compensation_batches,
    extensions,
    fund,
    handling,
    impacts,
    incident_acts,
    lenders,
    letters,
)
from complaints.states.fund import ChangeKind
from complaints.states.incidents import Cause, ComponentStatus, IncidentState
from creditquery.models import CreditQuery, Institution, Membership

LASTED = dt.timedelta(hours=2, minutes=25)
BEFORE_THE_FIRST = dt.timedelta(minutes=1)
"""The outage began this long before the first of them signed."""
TITLE = Both("征信查询中断", "Credit reports were down")
BEGUN = Both(
    "征信中心暂时无法连接。您提交的查询会保留并自动继续，无需再次提交。",
    "The credit reference centre cannot be reached. What you have sent is kept and goes on by "
    "itself; you need not send it again.",
)
OVER = Both(
    "连接已恢复，等待的查询正在依次完成。受影响的借款人可在“应急方案”中取得情况说明函。",
    "The connection is back, and the queries that waited are being finished. Whoever was touched "
    "finds a delay letter in the emergency guide.",
)
EXPLAINED = {
    "happened": Both(
        "征信中心的入口在当天多次拒绝连接，我们只有这一条通道，查询因此排队等待。",
        "The entrance of the credit reference centre refused connections. It was the only channel "
        "then, so that queries waited.",
    ),
    "timeline": Both(
        "中断开始后两分钟内发布第一条公告；恢复后等待的查询按顺序自动完成。",
        "The first notice stood two minutes after it began; when it was over, the queries that "
        "waited were finished in order by themselves.",
    ),
    "touched": Both(
        "中断期间提交查询的借款人。每人可取得情况说明函，并已收到补偿方案。",
        "Borrowers who sent a query meanwhile. Each can have a delay letter and was offered a "
        "compensation.",
    ),
    "changes": Both(
        "启用第二条通道，主通道失败率升高时自动切换。",
        "A second channel, to which queries change by themselves when the first one fails.",
    ),
}
FUND_FEN = 5_000_000
LETTER, EXTENSION, COMPLAINT = "13800000016", "13800000017", "13800000018"
"""Who was held up: with the letter alone, with a longer deadline, with a complaint under way."""


def employ(user: User, institution: Institution, now: dt.datetime) -> None:
    Membership.objects.get_or_create(
        user=user, defaults={"institution": institution, "leads": True, "added_at": now}
    )


def play(staff: dict[str, User], *, began_at: dt.datetime, now: dt.datetime) -> bool:
    """Put it on; False when there is an incident already. `staff` by user name."""
    if Incident.objects.exists():
        return False
    with transaction.atomic():
        incident = _outage(staff["risk.officer"], began_at)
        impacts.compute(incident=incident, now=began_at + LASTED)
        for phone in (LETTER, EXTENSION, COMPLAINT):
            letters.issue_one(impact=_impact(incident, phone), now=began_at + LASTED)
        _report(incident, staff["risk.officer"], began_at)
        _explain(incident, staff, now)
        _money(incident, staff, now)
        _extension(incident, now)
        _complaint(incident, staff["loan.officer"], now)
    return True


def _outage(officer: User, began_at: dt.datetime) -> Incident:
    incident = incident_acts.open_by_hand(
        failing={Component.objects.get(key="bureau"): ComponentStatus.MAJOR},
        title=TITLE,
        text=BEGUN,
        began_at=began_at,
        by=officer,
        now=began_at + dt.timedelta(minutes=2),
    )
    over = began_at + LASTED
    incident_acts.update(
        incident=incident, text=OVER, to=IncidentState.RESOLVED, by=officer, now=over
    )
    incident.refresh_from_db()
    incident_acts.name_cause(incident=incident, cause=Cause.UPSTREAM, by=officer, now=over)
    return incident


def _report(incident: Incident, officer: User, began_at: dt.datetime) -> None:
    """In time, as the operator's rule wants it: nothing is overdue in a fresh demonstration."""
    found = graded.grade(incident, now=began_at + LASTED)
    if found is None:
        return
    _rule, reached = found
    aftermath.remind(now=reached)
    for report in incident.reports.all():
        at = min(report.due_at, began_at + LASTED)
        aftermath.reported(report=report, reference="演示-1", by=officer, now=at)


def _explain(incident: Incident, staff: dict[str, User], now: dt.datetime) -> None:
    """Written by one and published by another."""
    sections = {
        f"{name}_{language}": text
        for name, both in EXPLAINED.items()
        for language, text in (("zh", both.zh), ("en", both.en))
    }
    written = aftermath.write_postmortem(
        incident=incident,
        by=staff["risk.officer"],
        now=now,
        cause=Cause.UPSTREAM,
        evidence="演示",
        owner="运维",
        due_on=timezone.localdate(now) + dt.timedelta(days=30),
        **sections,
    )
    aftermath.publish(postmortem=written, by=staff["compliance"], now=now)


def _money(incident: Incident, staff: dict[str, User], now: dt.datetime) -> None:
    """Assessed, proposed by one, approved by another, and offered from a filled fund."""
    maker, checker = staff["risk.officer"], staff["compliance"]
    deposit = fund.propose(
        kind=ChangeKind.DEPOSIT, amount_fen=FUND_FEN, reason="演示", by=maker, now=now
    )
    fund.decide(change=deposit, by=checker, approve=True, now=now)
    compensation.assess(incident=incident, now=now)
    batch = compensation_batches.propose(incident=incident, reason="演示", by=maker, now=now)
    while compensation_batches.gather(batch=batch, now=now):
        batch.refresh_from_db()
    compensation_batches.decide(batch=batch, by=checker, approve=True, now=now)
    compensation_batches.settle(batch=batch, now=now)
    compensation_batches.offer(now=now)


def _extension(incident: Incident, now: dt.datetime) -> None:
    """One waits for the lender's answer, one the lender has accepted."""
    _ask(incident, EXTENSION, now)
    asked = _ask(incident, COMPLAINT, now)
    member = asked.institution.memberships.select_related("user").get()
    extensions.decide(
        extension=asked, by=member.user, decision=extensions.ACCEPT, reason="同意延长。", now=now
    )


def _ask(incident: Incident, phone: str, now: dt.datetime) -> DeadlineExtension:
    impact = _impact(incident, phone)
    assert impact.loan is not None and impact.person is not None and impact.query is not None
    lenders.tell(query=impact.query, person=impact.person, now=now)
    return extensions.ask(
        loan=impact.loan, incident=incident, person=impact.person, reason="查询中断", now=now
    )


def _complaint(incident: Incident, officer: User, now: dt.datetime) -> None:
    impact = _impact(incident, COMPLAINT)
    assert impact.person is not None
    filed = cases.file(
        person=impact.person,
        reason=Topic.OUTAGE,
        text="查询中断两个多小时，贷款审批因此推迟。",
        incident=incident,
        query=impact.query,
        now=now,
    )
    handling.claim(complaint=filed, by=officer, now=now)


def _impact(incident: Incident, phone: str) -> IncidentImpact:
    person = borrower(phone)
    assert person is not None
    query = CreditQuery.objects.get(person=person)
    return IncidentImpact.objects.select_related("person", "loan", "query").get(
        incident=incident, query=query
    )
