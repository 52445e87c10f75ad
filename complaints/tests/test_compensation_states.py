"""Every allowed edge of the tables of money works, every other raises."""

import pytest

from complaints.compensation import payout_files
from complaints.models import Compensation, CompensationBatch, PayoutLine
from complaints.services import compensation_moves as moves
from complaints.services import payout_results, payouts, proposals
from complaints.states.compensation import COMPENSATION_TRANSITIONS, OPEN, OWED, SHOWN
from complaints.states.fund import LINE_TRANSITIONS
from complaints.states.proposals import PROPOSAL_TRANSITIONS
from complaints.tests.money import CARD, assessed, compliance, offered, proposed, risk, top_up
from complaints.tests.people import touched
from creditquery.tests.test_states import force, walk
from evidence.services import IllegalMove

pytestmark = pytest.mark.django_db


def test_compensation(outage, query, person, now):
    incident = outage()
    touched(incident, person, query)
    assessed(incident, now)
    batch = proposed(incident, now)
    row = Compensation.objects.get()
    walk(
        COMPENSATION_TRANSITIONS,
        row,
        lambda state: force(Compensation.objects.all(), state=state, batch=batch),
        lambda state: moves.compensation(row, to=state, now=now),
    )


def test_proposals(outage, query, person, now):
    incident = outage()
    touched(incident, person, query)
    assessed(incident, now)
    batch, by = proposed(incident, now), compliance(now)

    def put(state):
        decided = state in {"approved", "refused"}
        values = {"decided_by": by, "decided_at": now} if decided else {"decided_by": None}
        force(CompensationBatch.objects.all(), state=state, **values)

    def move(state):
        decided = {"decided_by": by} if state in {"approved", "refused"} else {}
        proposals.step(batch, to=state, now=now, by=by, **decided)

    walk(PROPOSAL_TRANSITIONS, batch, put, move)


def test_lines_of_a_pay_out_file(outage, query, person, now):
    top_up(10_000, now)
    incident = outage()
    touched(incident, person, query)
    (row,) = offered(incident, now)
    moves.compensation(row, to="accepted", now=now, account=CARD)
    line = payouts.propose(reason="test", by=risk(now), now=now).payments.get()

    def move(state):
        line.refresh_from_db()
        if moves.lines([line], to=state, now=now) != [line.pk]:
            raise IllegalMove

    told = payout_files.Results({line.ref: "paid"}, "")
    payouts.decide(file=line.file, by=compliance(now), approve=True, now=now)
    said = payout_results.propose(file=line.file, results=told, reason="", by=risk(now), now=now)
    rows = PayoutLine.objects.all()
    walk(LINE_TRANSITIONS, line, lambda state: force(rows, state=state, results=said), move)


def test_what_is_open_owed_and_shown():
    assert OPEN.isdisjoint(OWED)
    assert "assessed" not in SHOWN
    assert all(not COMPENSATION_TRANSITIONS[state] & {"superseded"} for state in OWED)
