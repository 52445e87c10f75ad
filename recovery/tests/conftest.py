"""A borrower with an account, officers who never met them, and requests brought to a state."""

import pytest

from accounts.roles import Role
from accounts.selectors import email_hash
from creditquery.tests.conftest import (  # noqa: F401  (fixtures of the app to the left)
    browser,
    entrances,
    institution,
    loan,
    make_person,
    now,
    person,
    query,
    world,
)
from reviews.tests.officers import officer


@pytest.fixture
def first(db):
    return officer("erste", Role.COMPLIANCE_OFFICER, competent=False)


@pytest.fixture
def second(db):
    return officer("zweite", Role.RISK_OFFICER, competent=False)


@pytest.fixture
def third(db):
    return officer("dritte", Role.COMPLIANCE_OFFICER, competent=False)


@pytest.fixture
def owner(make_person):  # noqa: F811
    """Known by an old phone and an email address."""
    email = "owner@example.com"
    return make_person(email=email, email_hash=email_hash(email), language="en")
