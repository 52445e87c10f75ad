"""A channel brings a result: the right one is used, every wrong one is refused and recorded."""

import datetime as dt
import hashlib
import json
from collections.abc import Callable
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from django.test import Client
from django.utils import timezone

from creditquery.gateways import bank_wire
from creditquery.gateways.bank_callbacks import message_id
from creditquery.gateways.inquiry import Report
from creditquery.models import (
    Attempt,
    Callback,
    CallbackNonce,
    CallbackRefusal,
    Channel,
    CreditQuery,
)
from creditquery.report.samples import tree
from creditquery.selectors import channels
from creditquery.selectors.callbacks import answer_for
from creditquery.services import callbacks, moves, queries, reports, routes
from creditquery.states import AttemptState, QueryState
from creditquery.tests.conftest import work_off
from creditquery.tests.hostile_bank import Bank, b64
from evidence.models import Record
from portal.development_keys import BANK_PRIVATE_KEY
from portal.gateway import Rejected
from portal.work.models import Work
from portal.work.states import Lane, WorkState

pytestmark = pytest.mark.django_db
ADDRESS = "/callbacks/bank/development-callback-token/"
Send = Callable[..., int]


@pytest.fixture
def bank() -> Bank:
    """The bank of the row `bank`: its key signs, its seals are for us."""
    receiver = bank_wire.signer(BANK_PRIVATE_KEY).key.public_key()
    return Bank(ec.generate_private_key(ec.SECP256R1()), "A10311000H0001", receiver)


@pytest.fixture
def channel(bank: Bank, entrances: None) -> Channel:
    Channel.objects.filter(name="bank").update(
        institution=bank.institution, peer_key=bank_wire.public_text(bank.key)
    )
    return Channel.objects.get(name="bank")


@pytest.fixture
def asked(query: CreditQuery, channel: Channel, now: dt.datetime) -> CreditQuery:
    """A query that was sent to the bank; nobody knows what came of it."""
    attempt = Attempt.objects.create(
        ref=f"{query.request_no}.1",
        query=query,
        kind=Attempt.Kind.INQUIRE,
        channel="bank",
        endpoint="east",
        sent_at=now,
    )
    moves.query(query, to=QueryState.SENDING, now=now, bound_to="bank")
    moves.attempt(attempt, to=AttemptState.UNKNOWN, now=now, result="nothing")
    moves.query(query, to=QueryState.AMBIGUOUS, now=now)
    Work.objects.filter(subject=query.request_no).update(run_after=now + dt.timedelta(minutes=5))
    return query


@pytest.fixture
def send(bank: Bank, client: Client) -> Send:
    def post(body: bytes, *, address: str = ADDRESS, signer: Bank = bank, **more: str) -> int:
        headers = signer.signed(body) | more
        return client.post(
            address, data=body, content_type="application/json", headers=headers
        ).status_code

    return post


NUMBER = "2026010112000000000001"


def report(**changed: str) -> bytes:
    """The sample, made now, about the person of these tests, under NUMBER."""
    found = tree()
    found["PRH"]["PA01"]["PA01A"]["PA01AI01"] = NUMBER
    mark = found["PRH"]["PA01"]["PA01A"]
    mark["PA01AR01"] = timezone.localtime().strftime("%Y-%m-%dT%H:%M:%S")
    person = found["PRH"]["PA01"]["PA01B"]
    person |= {"PA01BQ01": "王小二", "PA01BI01": "11010519491231002X"} | changed
    return json.dumps(found).encode()


def plain(query: CreditQuery, sequence: int = 1, source: bytes | None = None) -> dict[str, Any]:
    told = {"request_no": query.request_no, "sequence": sequence, "report_no": NUMBER}
    return told | {"report": b64(report() if source is None else source)}


def refusals() -> list[tuple[str, str]]:
    """(reason, sha256) of each, oldest first."""
    return list(CallbackRefusal.objects.order_by("pk").values_list("reason", "sha256"))


# --- Taken ----------------------------------------------------------------------------------


def test_a_good_callback_is_kept_and_the_work_is_due_at_once(
    asked: CreditQuery, bank: Bank, send: Send, now: dt.datetime
) -> None:
    message = message_id(asked.request_no)
    source = report()
    assert send(bank.callback(plain(asked, 1, source), rqst_id=message)) == 200
    assert answer_for(asked, "bank") == answer_for(asked) == Report(NUMBER, source)
    assert answer_for(asked, "pboc") is None
    work = Work.objects.get(subject=asked.request_no)
    assert (work.state, work.run_after <= timezone.now()) == (WorkState.READY, True)
    told = Record.objects.get(kind="creditquery.callback.received")
    assert (told.subject, told.body["says"]) == (asked.request_no, "report")


def test_a_refusal_of_the_bureau_comes_too(asked: CreditQuery, bank: Bank, send: Send) -> None:
    told = {"request_no": asked.request_no, "sequence": 1}
    assert send(bank.callback(told, rqst_id=message_id(asked.request_no), code="100002")) == 200
    answer = answer_for(asked, "bank")
    assert isinstance(answer, Rejected)
    assert answer.code == "BUS002"


def test_still_working_is_no_answer(asked: CreditQuery, bank: Bank, send: Send) -> None:
    told = {"request_no": asked.request_no, "sequence": 1}
    assert send(bank.callback(told, rqst_id=message_id(asked.request_no), code="000001")) == 200
    assert answer_for(asked, "bank") is None


def test_a_repeated_callback_is_known(asked: CreditQuery, bank: Bank, send: Send) -> None:
    """The bank repeats what we did not answer: the same sequence, everything else fresh."""
    message = message_id(asked.request_no)
    for _ in range(3):
        assert send(bank.callback(plain(asked), rqst_id=message)) == 200
    assert (Callback.objects.count(), CallbackNonce.objects.count()) == (1, 3)
    assert refusals() == []


def test_the_report_is_sealed_in_the_table(asked: CreditQuery, bank: Bank, send: Send) -> None:
    send(bank.callback(plain(asked), rqst_id=message_id(asked.request_no)))
    row = Callback.objects.extra(select={"raw": "content"}).get()
    assert b"11010519491231002X" not in bytes(row.raw)


def test_one_that_comes_after_the_query_ended_leaves_no_report(
    asked: CreditQuery, bank: Bank, send: Send
) -> None:
    CreditQuery.objects.filter(pk=asked.pk).update(state=QueryState.SUCCEEDED)
    assert send(bank.callback(plain(asked), rqst_id=message_id(asked.request_no))) == 200
    assert Callback.objects.get().content is None
    assert answer_for(asked, "bank") is None


def test_one_that_comes_after_the_withdrawal_serves_to_settle_and_for_nothing_else(
    asked: CreditQuery, bank: Bank, send: Send, now: dt.datetime
) -> None:
    queries.withdraw(query=asked, now=now)
    message = message_id(asked.request_no)
    assert send(bank.callback(plain(asked, 1), rqst_id=message)) == 200
    assert Callback.objects.get().content is not None
    CreditQuery.objects.filter(pk=asked.pk).update(state=QueryState.NEEDS_PERSON)
    assert send(bank.callback(plain(asked, 2), rqst_id=message)) == 200
    assert Callback.objects.latest("pk").content is None


def test_refusals_are_kept_for_a_year(channel: Channel, now: dt.datetime) -> None:
    callbacks.refuse(channel=channel, reason="forged", raw=b"x", size=1, now=now)
    callbacks.purge_due(now=now + callbacks.KEEP_REFUSALS)
    assert CallbackRefusal.objects.count() == 1
    callbacks.purge_due(now=now + callbacks.KEEP_REFUSALS + dt.timedelta(seconds=1))
    assert CallbackRefusal.objects.count() == 0


def test_what_is_past_its_day_is_deleted(
    asked: CreditQuery, bank: Bank, send: Send, now: dt.datetime
) -> None:
    send(bank.callback(plain(asked), rqst_id=message_id(asked.request_no)))
    callbacks.purge_due(now=now + dt.timedelta(days=6))
    assert (answer_for(asked) is None, CallbackNonce.objects.count()) == (False, 0)
    callbacks.purge_due(now=now + dt.timedelta(days=8))
    assert answer_for(asked) is None


def test_a_purged_report_leaves_no_copy_in_its_callback(
    asked: CreditQuery, bank: Bank, send: Send, now: dt.datetime
) -> None:
    source = report()
    send(bank.callback(plain(asked, 1, source), rqst_id=message_id(asked.request_no)))
    reports.keep(query=asked, number=NUMBER, source=source, now=now)
    reports.purge(asked, now=now, reason="consent-withdrawn")
    assert Callback.objects.get().content is None


def test_a_disabled_channel_may_still_tell(
    asked: CreditQuery, channel: Channel, bank: Bank, send: Send
) -> None:
    Channel.objects.filter(pk=channel.pk).update(enabled=False)
    assert send(bank.callback(plain(asked), rqst_id=message_id(asked.request_no))) == 200


# --- Refused --------------------------------------------------------------------------------


def test_a_forged_one(asked: CreditQuery, bank: Bank, send: Send) -> None:
    body = bank.callback(plain(asked), rqst_id=message_id(asked.request_no))
    stranger = Bank(ec.generate_private_key(ec.SECP256R1()), bank.institution, bank.receiver)
    assert send(body, signer=stranger) == 400
    assert send(body + b" ", **bank.signed(body)) == 400
    assert send(body, **{"X-Bank-Signature": ""}) == 400
    assert {reason for reason, _ in refusals()} == {"forged"}
    assert refusals()[0][1] == hashlib.sha256(body).hexdigest()
    assert answer_for(asked) is None


def test_a_replayed_one(asked: CreditQuery, bank: Bank, send: Send) -> None:
    body = bank.callback(plain(asked), rqst_id=message_id(asked.request_no))
    assert (send(body), send(body)) == (200, 400)
    assert [reason for reason, _ in refusals()] == ["replayed"]


@pytest.mark.parametrize("late", [301, -301])
def test_one_of_another_time(late: int, asked: CreditQuery, bank: Bank, send: Send) -> None:
    body = bank.callback(plain(asked), rqst_id=message_id(asked.request_no), late=late)
    assert send(body) == 400
    assert [reason for reason, _ in refusals()] == ["stale"]


def test_one_that_was_overtaken(asked: CreditQuery, bank: Bank, send: Send) -> None:
    message = message_id(asked.request_no)
    working = {"request_no": asked.request_no, "sequence": 1}
    assert send(bank.callback(plain(asked, 2), rqst_id=message)) == 200
    assert send(bank.callback(working, rqst_id=message, code="000001")) == 400
    assert [reason for reason, _ in refusals()] == ["re-ordered"]
    assert answer_for(asked) is not None


def test_another_sending_counts_by_itself(asked: CreditQuery, bank: Bank, send: Send) -> None:
    first, second = message_id(asked.request_no), message_id(asked.request_no)
    assert send(bank.callback(plain(asked, 5), rqst_id=first)) == 200
    assert send(bank.callback(plain(asked, 1), rqst_id=second)) == 200


def test_one_that_is_too_large(asked: CreditQuery, send: Send, monkeypatch: Any) -> None:
    monkeypatch.setattr(callbacks, "MOST_BYTES", 1000)
    assert send(b"x" * 1001) == 400
    refused = CallbackRefusal.objects.get()
    assert (refused.reason, refused.size, refused.sha256) == ("oversized", 1001, "")


def test_one_that_claims_to_be_larger_than_any_number(channel: Channel, client: Client) -> None:
    answer = client.post(ADDRESS, data=b"{}", content_type="text/plain", CONTENT_LENGTH="9" * 5000)
    assert answer.status_code == 400
    refused = CallbackRefusal.objects.get()
    assert (refused.reason, refused.size) == ("oversized", int("9" * 18))


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"PA01BQ01": "李四"}, "wrong-person"),
        ({"PA01BI01": "110105194912310011"}, "wrong-person"),
    ],
)
def test_one_about_somebody_else(
    changed: dict[str, str], reason: str, asked: CreditQuery, bank: Bank, send: Send
) -> None:
    body = bank.callback(plain(asked, 1, report(**changed)), rqst_id=message_id(asked.request_no))
    assert send(body) == 400
    assert [found for found, _ in refusals()] == [reason]
    assert answer_for(asked) is None
    assert Callback.objects.count() == 0
    entrance = channels.entrance("bank.east")
    assert entrance is not None
    assert routes.bureau.look([entrance.route])["bank.east"].failures == 1


def test_a_lie_that_is_repeated_accuses_nobody_twice(
    asked: CreditQuery, bank: Bank, send: Send
) -> None:
    other = report(PA01BQ01="李四")
    body = bank.callback(plain(asked, 1, other), rqst_id=message_id(asked.request_no))
    assert [send(body) for _ in range(4)] == [400] * 4
    assert [found for found, _ in refusals()] == ["wrong-person"] + ["replayed"] * 3
    entrance = channels.entrance("bank.east")
    assert entrance is not None
    assert routes.bureau.look([entrance.route])["bank.east"].failures == 1


def test_numbers_that_nobody_sent(asked: CreditQuery, bank: Bank, send: Send) -> None:
    unknown = {**plain(asked), "request_no": "Z" * 24}
    assert send(bank.callback(unknown, rqst_id=message_id("Z" * 24))) == 400
    assert send(bank.callback(plain(asked), rqst_id="0" * 32)) == 400
    assert [reason for reason, _ in refusals()] == ["unknown-number", "unknown-message"]


def test_a_query_that_went_another_way(
    query: CreditQuery, channel: Channel, bank: Bank, send: Send
) -> None:
    assert send(bank.callback(plain(query), rqst_id=message_id(query.request_no))) == 400
    assert [reason for reason, _ in refusals()] == ["unknown-number"]


@pytest.mark.parametrize(
    "body", [b"", b"{}", b"[]", b'{"respHead":{}}', b'{"respHead":{},"respHead":{}}', b"\xff"]
)
def test_signed_rubbish(body: bytes, asked: CreditQuery, send: Send) -> None:
    assert send(body) == 400
    assert [reason for reason, _ in refusals()] == ["unreadable"]


@pytest.mark.parametrize(
    "changed",
    [
        {"request_no": "\ud800" * 24},
        {"request_no": 1},
        {"sequence": True},
        {"sequence": 2**63},
        {"sequence": 10**400},
        {"report_no": "١" * 22},
        {"report": "é"},
    ],
)
def test_sealed_rubbish(
    changed: dict[str, Any], asked: CreditQuery, bank: Bank, send: Send
) -> None:
    told = plain(asked) | changed
    assert send(bank.callback(told, rqst_id=message_id(asked.request_no))) == 400
    assert [reason for reason, _ in refusals()] == ["unreadable"]


def test_one_sealed_to_another(asked: CreditQuery, bank: Bank, send: Send) -> None:
    other = Bank(bank.key, bank.institution, ec.generate_private_key(ec.SECP256R1()).public_key())
    assert send(other.callback(plain(asked), rqst_id=message_id(asked.request_no))) == 400
    assert [reason for reason, _ in refusals()] == ["unreadable"]


def test_one_for_another_institution(asked: CreditQuery, bank: Bank, send: Send) -> None:
    message = message_id(asked.request_no)
    body = bank.callback(plain(asked), rqst_id=message, institution="B10311000H0001")
    assert send(body) == 400
    assert [reason for reason, _ in refusals()] == ["not-ours"]


def test_a_head_that_was_changed(asked: CreditQuery, bank: Bank, send: Send) -> None:
    """Signed, but the seal is bound to another code."""
    message = message_id(asked.request_no)
    body = bank.callback(plain(asked), rqst_id=message, resp_cd="100001")
    assert send(body) == 400
    assert [reason for reason, _ in refusals()] == ["unreadable"]


# --- The address ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    [
        "/callbacks/bank/guess/",
        "/callbacks/pboc/development-callback-token/",
        "/callbacks/unknown/development-callback-token/",
    ],
)
def test_a_stranger_finds_no_door(address: str, asked: CreditQuery, bank: Bank, send: Send) -> None:
    body = bank.callback(plain(asked), rqst_id=message_id(asked.request_no))
    assert send(body, address=address) == 404
    assert refusals() == []


def test_only_posts_are_taken(channel: Channel, client: Client) -> None:
    assert client.get(ADDRESS).status_code == 405


def test_a_refusal_says_nothing(asked: CreditQuery, client: Client) -> None:
    answer = client.post(ADDRESS, data=b"{}", content_type="application/json")
    assert (answer.status_code, answer.json()) == (400, {"received": False})


def test_a_flood_fills_no_table(asked: CreditQuery, channel: Channel, now: dt.datetime) -> None:
    at = now.replace(second=0, microsecond=0)
    for number in range(callbacks.REFUSALS_A_MINUTE + 200):
        callbacks.refuse(
            channel=channel,
            reason="forged",
            raw=b"x",
            size=1,
            now=at + dt.timedelta(milliseconds=100 * number),
        )
    rows = CallbackRefusal.objects.filter(channel="bank")
    assert rows.filter(reason="forged").count() == callbacks.REFUSALS_A_MINUTE
    assert rows.get(reason="more").count == 200
    evidence = Record.objects.filter(kind="creditquery.callback.refused")
    assert evidence.count() == callbacks.REFUSALS_A_MINUTE


def test_one_for_a_parked_query_sends_it_on(
    asked: CreditQuery, bank: Bank, send: Send, now: dt.datetime
) -> None:
    for state in (QueryState.QUEUED, QueryState.PARKED):
        moves.query(asked, to=state, now=now, bound_to="")
    Work.objects.filter(subject=asked.request_no).update(state=WorkState.PARKED, fence=1)
    assert send(bank.callback(plain(asked), rqst_id=message_id(asked.request_no))) == 200
    assert Work.objects.get(subject=asked.request_no).state == WorkState.READY
    work_off(Lane.UPSTREAM)
    asked.refresh_from_db()
    assert asked.state == QueryState.SUCCEEDED
