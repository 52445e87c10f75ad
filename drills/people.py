"""The people of a drill: real names checked, a loan applied for, nothing asked yet.

Made in bulk, since a drill is about what comes after; the consent is signed by the portal's own
service at the moment that the drill wants it.
"""

import datetime as dt

from django.utils import timezone

from accounts.models import User
from accounts.selectors import id_hash, identity, phone_hash
from creditquery.models import CreditQuery, Institution, LoanApplication
from creditquery.models.consents import Purpose
from creditquery.services import queries
from portal.validators import check_character

BATCH = 2000
RESIDENT_CARD = "10"
SPECIAL = "98"
"""The simulators treat phones that end on 98 and three digits in ways of their own."""


def apply_for_loans(n: int) -> list[int]:
    """So many people with a loan application each; the ids of the loans."""
    institution = Institution.objects.create(name="演练银行", code="A10311000H0001")
    numbers = [number for number in range(n + n // 50 + 100) if not is_special(number)][:n]
    made: list[int] = []
    for start in range(0, n, BATCH):
        made += _batch(numbers[start : start + BATCH], institution)
    return made


def _batch(numbers: list[int], institution: Institution) -> list[int]:
    now = timezone.now()
    deadline = (now + dt.timedelta(days=30)).date()
    people = User.objects.bulk_create(person(number, now) for number in numbers)
    loans = LoanApplication.objects.bulk_create(
        LoanApplication(
            borrower=borrower,
            institution=institution,
            reference=f"D{borrower.pk}",
            amount_fen=10_000_000,
            annual_rate_bp=435,
            term_months=36,
            decision_deadline=deadline,
            original_deadline=deadline,
            created_at=now,
        )
        for borrower in people
    )
    return [loan.pk for loan in loans]


def person(number: int, now: dt.datetime) -> User:
    phone = f"139{number:08d}"
    card = id_number(number)
    return User(
        phone=phone,
        phone_hash=phone_hash(phone),
        name="王小二",
        id_type=RESIDENT_CARD,
        id_number=card,
        id_hash=id_hash(card),
        verified_at=now,
        joined_at=now,
    )


def is_special(number: int) -> bool:
    return f"{number:08d}"[-5:].startswith(SPECIAL)


def id_number(number: int) -> str:
    """A made-up ID number with a right checksum (GB 11643), another for each number."""
    day = dt.date(1970, 1, 1) + dt.timedelta(days=number // 900)
    first = f"110101{day:%Y%m%d}{number % 900 + 100}"
    return first + check_character(first)


def sign(pk: int) -> CreditQuery:
    """The borrower of this loan wishes for a report and signs; twice comes to the same."""
    loan = LoanApplication.objects.select_related("borrower", "institution").get(pk=pk)
    person, now = loan.borrower, timezone.now()
    query = queries.wish(person=person, loan=loan, purpose=Purpose.LOAN, now=now)
    checked = identity(person)
    assert checked is not None
    queries.sign(query=query, identity=checked, language="zh-hans", signed_with="drill", now=now)
    return query
