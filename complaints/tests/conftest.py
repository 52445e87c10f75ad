"""Incidents and the people they touched, for the tests of this app."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.utils import timezone

from complaints.models import (
    Component,
    Incident,
    IncidentRevision,
    IncidentWindow,
)
from complaints.states.incidents import ComponentStatus, IncidentState
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


@pytest.fixture
def bureau(db: None) -> Component:
    made, _ = Component.objects.get_or_create(
        key="bureau",
        defaults={"name_zh": "征信查询", "name_en": "Credit reports", "routes": ["pboc", "bank"]},
    )
    return made


@pytest.fixture
def outage(bureau: Component) -> Callable[..., Incident]:
    """A resolved outage of so many seconds that ended a while ago."""

    def make(
        seconds: int = 7201, *, ended: dt.datetime | None = None, number: str = "IN-20261122-001"
    ) -> Incident:
        until = ended or timezone.now() - dt.timedelta(minutes=10)
        since = until - dt.timedelta(seconds=seconds)
        made = Incident.objects.create(
            number=number,
            kind="outage",
            state=IncidentState.RESOLVED,
            impact="major",
            source="route",
            title_zh="征信查询中断",
            title_en="Credit reports were down",
            began_at=since,
            ended_at=until,
            opened_at=since,
            resolved_at=until,
        )
        IncidentRevision.objects.create(incident=made, number=1, reason="opened", at=since)
        IncidentWindow.objects.create(
            incident=made,
            revision=1,
            component=bureau,
            status=ComponentStatus.MAJOR,
            starts_at=since,
            ends_at=until,
        )
        return made

    return make
