"""What a migration does to the queries of an earlier version."""

from importlib import import_module

import pytest
from django.apps import apps

from creditquery.models import Attempt, CreditQuery
from creditquery.states import AttemptState, QueryState
from creditquery.tests.crowd import NOW, crowd

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("state", "attempts", "bound_to"),
    [
        (QueryState.AMBIGUOUS, [AttemptState.UNKNOWN], "pboc"),
        (QueryState.SENDING, [AttemptState.NOT_EXECUTED, AttemptState.SENDING], "pboc"),
        (QueryState.QUEUED, [AttemptState.UNKNOWN, AttemptState.NOT_EXECUTED], "pboc"),
        (QueryState.QUEUED, [AttemptState.NOT_EXECUTED], ""),
        (QueryState.SUCCEEDED, [AttemptState.UNKNOWN], ""),
        (QueryState.PARKED, [], ""),
    ],
)
def test_an_open_query_is_bound_to_the_channel_that_may_have_made_its_inquiry(
    state: str, attempts: list[str], bound_to: str
) -> None:
    (query,) = crowd(1, state=state)
    for number, attempt in enumerate(attempts):
        Attempt.objects.create(
            ref=f"{query.request_no}.{number}",
            query=query,
            kind=Attempt.Kind.INQUIRE,
            channel="pboc",
            endpoint="main",
            state=attempt,
            sent_at=NOW,
            finished_at=None if attempt == AttemptState.SENDING else NOW,
        )
    import_module("creditquery.migrations.0011_bind_open_queries").bind(apps, None)
    assert CreditQuery.objects.get(pk=query.pk).bound_to == bound_to
