"""Many people who wait at once: one signed query each, written straight into the tables."""

import datetime as dt
from typing import Any

from accounts.models import User
from creditquery.models import Consent, ConsentText, CreditQuery, Institution, LoanApplication
from creditquery.models.consents import Purpose

NOW = dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.UTC)


def crowd(number: int, *, state: str = "parked", **values: Any) -> list[CreditQuery]:
    """Each was queued a second after the one before; the first at NOW, unless `first` says so."""
    first = values.pop("first", NOW)
    lender, _ = Institution.objects.get_or_create(name="远山银行", code="A10311000H0001")
    text, _ = ConsentText.objects.get_or_create(
        version="crowd", purpose=Purpose.LOAN, defaults={"published_at": NOW}
    )
    start = User.objects.count()
    names = [f"{start + place:024d}" for place in range(number)]
    people = User.objects.bulk_create(
        User(phone=name[-11:], phone_hash=name, joined_at=NOW) for name in names
    )
    loans = LoanApplication.objects.bulk_create(
        LoanApplication(
            borrower=person,
            institution=lender,
            reference=person.phone,
            amount_fen=1_000_000,
            annual_rate_bp=400,
            term_months=12,
            decision_deadline=NOW.date(),
            original_deadline=NOW.date(),
            created_at=NOW,
        )
        for person in people
    )
    consents = Consent.objects.bulk_create(
        Consent(
            reference=f"C-{name}",
            person=person,
            purpose=Purpose.LOAN,
            recipient=lender,
            text=text,
            language="en",
            document="{}",
            signed_at=NOW,
            expires_at=NOW + dt.timedelta(days=30),
        )
        for name, person in zip(names, people, strict=True)
    )
    return CreditQuery.objects.bulk_create(
        CreditQuery(
            request_no=name,
            person=loan.borrower,
            loan=loan,
            purpose=Purpose.LOAN,
            consent=consent,
            state=state,
            created_at=NOW,
            queued_at=first + dt.timedelta(seconds=place),
            changed_at=NOW,
            **values,
        )
        for place, (name, loan, consent) in enumerate(zip(names, loans, consents, strict=True))
    )
