"""The simulated bank calls back, rightly and in every wrong way; the portal hears it all."""

import datetime as dt
import queue
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.conf import settings as configured
from django.test import Client

from creditquery.gateways.bank import Bank
from creditquery.gateways.inquiry import Access, Working
from creditquery.models import Attempt, CallbackRefusal, Channel, CreditQuery
from creditquery.selectors.callbacks import answer_for
from creditquery.services import moves
from creditquery.services.attempts import inquiry_of
from creditquery.states import AttemptState, QueryState
from portal.deadline import Deadline
from portal.tests.outside import Outside, simulated

pytestmark = pytest.mark.django_db
ADDRESS = "/callbacks/bank/development-callback-token/"
PATIENCE = 15  # seconds until a callback that must come has come
Post = tuple[dict[str, str], bytes]


@pytest.fixture(scope="module")
def letters() -> Iterator[tuple[str, "queue.SimpleQueue[Post]"]]:
    """An address at which whatever is posted is taken, and lies ready to be read."""
    box: queue.SimpleQueue[Post] = queue.SimpleQueue()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            names = ("X-Bank-Key", "X-Bank-Signature")
            box.put(({name: self.headers[name] for name in names}, self.rfile.read(length)))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/", box
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def bank(letters: tuple[str, "queue.SimpleQueue[Post]"]) -> Iterator[Outside]:
    with simulated(BANK_CALLBACK_URL=letters[0]) as outside:
        yield outside


@pytest.fixture
def sent(bank: Outside, query: CreditQuery, entrances: None, now: dt.datetime) -> CreditQuery:
    """A query whose inquiry the bank has accepted; the callback is on its way."""
    channel = Channel.objects.get(name="bank")
    access = Access(
        "bank",
        "east",
        f"{bank.web}/bank/east",
        configured.BANK_INSTITUTION_CODE,
        secrets=(channel.secret,),
        peer_key=channel.peer_key,
    )
    attempt = Attempt.objects.create(
        ref=f"{query.request_no}.1",
        query=query,
        kind=Attempt.Kind.INQUIRE,
        channel="bank",
        endpoint="east",
        sent_at=now,
    )
    moves.query(query, to=QueryState.SENDING, now=now, bound_to="bank")
    inquiry = inquiry_of(query)
    said = Bank(asynchronous=True).inquire(access, inquiry, deadline=Deadline(10))
    assert isinstance(said, Working)
    moves.attempt(attempt, to=AttemptState.UNKNOWN, now=now, result="ok")
    moves.query(query, to=QueryState.AMBIGUOUS, now=now)
    return query


@pytest.mark.parametrize(
    ("mode", "statuses", "reasons", "told"),
    [
        ("ok", [200], [], True),
        ("forged", [400, 200], ["forged"], True),
        ("replayed", [200, 400], ["replayed"], True),
        ("stale", [400], ["stale"], False),
        ("reordered", [200, 400], ["re-ordered"], True),
        ("oversized", [400], ["oversized"], False),
        ("wrong_person", [400], ["wrong-person"], False),
    ],
)
def test_the_bank_calls_back(
    mode: str,
    statuses: list[int],
    reasons: list[str],
    told: bool,
    bank: Outside,
    letters: tuple[str, "queue.SimpleQueue[Post]"],
    request: pytest.FixtureRequest,
    client: Client,
) -> None:
    bank.reset()
    bank.fault("bank.callback", mode)
    query = request.getfixturevalue("sent")
    answers = []
    for _ in statuses:
        headers, body = letters[1].get(timeout=PATIENCE)
        answer = client.post(ADDRESS, data=body, content_type="application/json", headers=headers)
        answers.append(answer.status_code)
    assert answers == statuses
    assert list(CallbackRefusal.objects.values_list("reason", flat=True)) == reasons
    assert (answer_for(query, "bank") is not None) is told
    assert letters[1].empty()
    assert len(bank.inquiries(query.request_no)) == 1
