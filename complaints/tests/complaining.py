"""Complaints and officers for the tests, each brought to where a test begins."""

import datetime as dt

from accounts.models import User
from accounts.roles import Role
from complaints.case.classification import Topic
from complaints.models import Complaint, ServicePolicy
from complaints.services import cases, handling
from creditquery.models import CreditQuery

SAID = "The page did not answer for three hours."


def promise() -> ServicePolicy:
    """The first policy, also after a transactional test has emptied its table."""
    made, _ = ServicePolicy.objects.get_or_create(
        version="2026-1",
        defaults={
            "service_days": 5,
            "notice_days": 2,
            "review_window_days": 30,
            "effective_from": dt.date(2020, 3, 1),
        },
    )
    return made


def filed(
    person: User, now: dt.datetime, *, topic: str = Topic.OUTAGE, query: CreditQuery | None = None
) -> Complaint:
    promise()
    return cases.file(person=person, reason=topic, text=SAID, query=query, now=now)


def officer(name: str, role: str, now: dt.datetime) -> User:
    return User.objects.create(username=name, role=role, joined_at=now)


def handler(now: dt.datetime) -> User:
    return officer("handler", Role.LOAN_OFFICER, now)


def decider(now: dt.datetime) -> User:
    return officer("decider", Role.COMPLIANCE_OFFICER, now)


def investigated(person: User, by: User, now: dt.datetime, **given: object) -> Complaint:
    """Taken on and accepted."""
    made = filed(person, now, **given)  # type: ignore[arg-type]
    handling.claim(complaint=made, by=by, now=now)
    handling.accept(complaint=made, by=by, now=now)
    return made


def proposed(person: User, by: User, now: dt.datetime) -> Complaint:
    made = investigated(person, by, now)
    propose(made, by, now)
    return made


def propose(complaint: Complaint, by: User, now: dt.datetime) -> None:
    handling.propose(
        complaint=complaint,
        by=by,
        outcome="upheld",
        relief=["explanation", "apology"],
        reasons="The route was down from 9 to 12.",
        root_cause="One certificate for both entrances; two from now on.",
        now=now,
    )


def decided(person: User, by: User, approver: User, now: dt.datetime) -> Complaint:
    """Decided and told."""
    made = proposed(person, by, now)
    handling.approve(complaint=made, by=approver, now=now)
    handling.notify(number=made.number or "", now=now)
    made.refresh_from_db()
    return made
