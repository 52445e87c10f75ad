"""What happened to borrowers, written straight into the tables, for the tests of incidents."""

import datetime as dt
import uuid
from typing import Any

from accounts.models import Delivery, LoginChallenge, User
from complaints.models import Component, Incident, IncidentRevision, IncidentWindow
from complaints.states.incidents import ComponentStatus
from creditquery.models import Attempt, CreditQuery
from portal.routing.models import RouteTransition

T0 = dt.datetime(2026, 3, 2, 1, 0, tzinfo=dt.UTC)
MAJOR, PARTIAL = ComponentStatus.MAJOR, ComponentStatus.PARTIAL


def at(seconds: float) -> dt.datetime:
    """So long after the beginning of all tests, nine o'clock in Beijing."""
    return T0 + dt.timedelta(seconds=seconds)


def transition(route: str, to: str, when: dt.datetime, **values: Any) -> RouteTransition:
    """A route changed its state."""
    last = RouteTransition.objects.filter(route=route).order_by("-epoch").first()
    return RouteTransition.objects.create(
        route=route,
        epoch=last.epoch + 1 if last else 1,
        from_state=last.to_state if last else "closed",
        to_state=to,
        reason="consecutive",
        at=when,
        **values,
    )


def incident(
    *windows: tuple[Component, str, float, float | None],
    number: str = "IN-20260302-001",
    state: str = "resolved",
    **values: Any,
) -> Incident:
    """An incident whose windows begin and end so many seconds after T0."""
    made = Incident.objects.create(
        number=number,
        kind=values.pop("kind", "outage"),
        state=state,
        impact="critical",
        source=values.pop("source", "route"),
        title_zh="征信查询中断",
        title_en="Credit queries were down",
        began_at=at(min((start for *_, start, _ in windows), default=0)),
        opened_at=T0,
        **values,
    )
    IncidentRevision.objects.create(incident=made, number=1, reason="opened", at=T0)
    for component, status, start, end in windows:
        IncidentWindow.objects.create(
            incident=made,
            revision=1,
            component=component,
            status=status,
            starts_at=at(start),
            ends_at=None if end is None else at(end),
        )
    return made


def waited(query: CreditQuery, since: float, until: float | None, state: str = "succeeded") -> None:
    """The query was queued and got its answer so many seconds after T0; None: it still waits."""
    rows = CreditQuery.objects.filter(pk=query.pk)
    if until is None:
        rows.update(queued_at=at(since), changed_at=at(since), state=state)
        return
    rows.update(queued_at=at(since), changed_at=at(until), state=state)
    if state == "succeeded":
        tried(query, until, state="answered")


def tried(query: CreditQuery, ended: float, *, state: str, channel: str = "pboc") -> Attempt:
    """A call that ended so, a second after it was sent."""
    return Attempt.objects.create(
        ref=f"{query.request_no}.{uuid.uuid4().hex[:8]}",
        query=query,
        kind="inquire",
        channel=channel,
        endpoint="east",
        state=state,
        sent_at=at(ended - 1),
        finished_at=at(ended),
    )


def asked_for_code(
    account_hash: str,
    when: float,
    *,
    user: User | None = None,
    used: float | None = None,
    purpose: str = "login",
) -> LoginChallenge:
    """Somebody wanted to log in."""
    return LoginChallenge.objects.create(
        id=uuid.uuid4(),
        purpose=purpose,
        user=user,
        address="",
        address_hash=account_hash,
        account_hash=account_hash,
        binding="test",
        created_at=at(when),
        sent_at=at(when),
        expires_at=at(when + 300),
        stops_at=at(when + 600),
        used_at=None if used is None else at(used),
    )


def sent(
    challenge: LoginChallenge | None,
    when: float,
    *,
    state: str,
    took: float | None = None,
    **values: Any,
) -> Delivery:
    """A message left; its receipt came after so many seconds."""
    return Delivery.objects.create(
        challenge=challenge,
        kind="accounts.login",
        language="en",
        channel=values.pop("channel", "sms"),
        vendor="aliyun",
        state=state,
        created_at=at(when),
        sent_at=at(when),
        received_at=None if took is None else at(when + took),
        **values,
    )
