"""Every allowed edge of incidents and post-mortems works, every other pair raises; nobody rewrites
what was said or measured, not even past the services."""

import datetime as dt
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from accounts.models import User
from complaints.incident.wording import Both
from complaints.models import Component, Incident, IncidentPolicy, IncidentSignal, PostMortem
from complaints.services import incident_moves, incidents
from complaints.states.aftermath import POSTMORTEM_TRANSITIONS
from complaints.states.incidents import INCIDENT_TRANSITIONS
from complaints.tests.measured import MAJOR, at, incident
from creditquery.tests.test_states import force, walk

pytestmark = pytest.mark.django_db


def postmortem(of: Incident, author: User, **values: Any) -> PostMortem:
    texts = {
        f"{section}_{language}": "words"
        for section in ("happened", "timeline", "touched", "changes")
        for language in ("zh", "en")
    }
    return PostMortem.objects.create(
        incident=of,
        version=of.postmortems.count() + 1,
        cause="upstream",
        evidence="T-1",
        owner="operations",
        due_on=at(0).date(),
        author=author,
        written_at=at(0),
        **texts,
        **values,
    )


def test_incident(bureau: Component, now: dt.datetime) -> None:
    row = incident((bureau, MAJOR, 0, 100))
    rows = Incident.objects.filter(pk=row.pk)
    walk(
        INCIDENT_TRANSITIONS,
        row,
        lambda state: force(rows, state=state),
        lambda state: incident_moves.incident(row, to=state, now=now),
    )


def test_postmortem(bureau: Component, person: User, make_person: Any, now: dt.datetime) -> None:
    approver = make_person("13900000001")
    row = postmortem(incident((bureau, MAJOR, 0, 100)), person)
    rows = PostMortem.objects.filter(pk=row.pk)
    seen = {"approver": approver, "published_at": now}
    walk(
        POSTMORTEM_TRANSITIONS,
        row,
        lambda state: force(rows, state=state, **seen),
        lambda state: incident_moves.postmortem(row, to=state, now=now, **seen),
    )


def test_nobody_publishes_an_own_postmortem_past_the_services(
    bureau: Component, person: User, now: dt.datetime
) -> None:
    row = postmortem(incident((bureau, MAJOR, 0, 100)), person)
    with pytest.raises(IntegrityError), transaction.atomic():
        PostMortem.objects.filter(pk=row.pk).update(approver=person)
    with pytest.raises(IntegrityError), transaction.atomic():
        PostMortem.objects.filter(pk=row.pk).update(state="published")


# --- Append-only ----------------------------------------------------------------------------

ATTACKS = (
    "UPDATE complaints_incidentupdate SET text_en = 'nothing happened'",
    "DELETE FROM complaints_incidentupdate",
    "UPDATE complaints_incidentrevision SET reason = 'another'",
    "DELETE FROM complaints_incidentrevision",
    "UPDATE complaints_incidentsignal SET detail = '{}'",
    "DELETE FROM complaints_incidentsignal",
    "UPDATE complaints_incidentpolicy SET grace_seconds = 86400",
    "DELETE FROM complaints_incidentwindow",
    "UPDATE complaints_incidentwindow SET ends_at = ends_at - interval '1 second' "
    "WHERE ends_at IS NOT NULL",
    "UPDATE complaints_incidentwindow SET ends_at = NULL WHERE ends_at IS NOT NULL",
    "UPDATE complaints_incidentwindow SET starts_at = starts_at + interval '1 second' "
    "WHERE ends_at IS NULL",
    "UPDATE complaints_incidentwindow SET ends_at = now(), status = 'degraded_performance' "
    "WHERE ends_at IS NULL",
    "UPDATE complaints_incidentwindow SET revision = 2 WHERE ends_at IS NULL",
)


@pytest.mark.parametrize("attack", ATTACKS)
def test_the_database_refuses_to_rewrite(bureau: Component, attack: str) -> None:
    row = incident((bureau, MAJOR, 0, 100), (bureau, MAJOR, 200, None), state="investigating")
    incidents.say(row, text=Both("出现问题", "Something fails"), now=at(0))
    IncidentSignal.objects.create(
        incident=row, component=bureau, source="route", ref="transition/1", at=at(0)
    )
    with (
        pytest.raises(DatabaseError, match="only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(attack)


def test_an_open_window_may_end(bureau: Component) -> None:
    row = incident((bureau, MAJOR, 0, None), state="investigating")
    window = incidents.windows(row)[0]
    incidents.end_window(window, at=at(50), now=at(60))
    window.refresh_from_db()
    assert window.ends_at == at(50)


def test_shares_of_a_policy_that_make_no_sense_are_refused() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        IncidentPolicy.objects.create(
            version="x", adopted_at=at(0), degraded_percent=50, partial_percent=50
        )
