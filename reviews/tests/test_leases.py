"""What takes longer than a lease of the work goes on under fresh ones."""

import datetime as dt

import pytest

from creditquery.models import CreditQuery
from portal.intake import scan
from portal.intake.limits import LIMITS
from portal.reading.read import BUDGET
from portal.work import services as work
from portal.work.claims import Claim
from reviews.services import documents
from reviews.tests.papers import checked, draft, pdf

pytestmark = pytest.mark.django_db


def test_each_stage_and_each_page_begins_under_a_fresh_lease(
    query: CreditQuery, now: dt.datetime, monkeypatch: pytest.MonkeyPatch, settings: object
) -> None:
    extended: list[str] = []
    extend = work.extend

    def noted(claim: Claim, *, now: dt.datetime) -> None:
        extended.append(claim.kind)
        extend(claim, now=now)

    monkeypatch.setattr(work, "extend", noted)
    checked(draft(query, now), pdf(pages=2))
    # Around the child; then the words of each page, and its picture.
    assert extended == [documents.SANITISE] * 2 + [documents.READ] * 4
    lease: int = settings.WORK_LEASE_SECONDS  # type: ignore[attr-defined]
    assert max(scan.SECONDS, LIMITS.seconds) < lease < BUDGET
