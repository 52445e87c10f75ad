"""The money of an incident day: two officers, a bank of its own, and some of the borrowers.

The bank books what the files tell it to pay, by account. What it has booked in the end is held
against sums that were reckoned without the portal.
"""

import csv
import io
from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TypeVar

from django.db import close_old_connections, connection
from django.utils import timezone

from accounts.models import User
from accounts.refusals import Refused
from complaints.compensation import payout_files
from complaints.models import (
    Compensation,
    CompensationBatch,
    Fund,
    Incident,
    PayoutFile,
    PayoutResults,
)
from complaints.services import (
    compensation,
    compensation_batches,
    fund,
    payout_results,
    payouts,
)

DEPOSIT_FEN = 500_000_000
"""The ceiling of one incident as it is delivered: 5,000,000 yuan."""
ANSWERS = 1000
"""So many borrowers answer their offer. An answer is a request of one person, no mass work."""
DECLINES, NO_ACCOUNT = 10, 25
"""One in so many declines; the first account of one in so many does not exist."""
LINES = 400
REASON = "演练"
T = TypeVar("T")


class Bank:
    """Pays each line that it is given, and knows nothing else."""

    def __init__(self) -> None:
        self.booked: Counter[str] = Counter()
        self.files: set[str] = set()

    def pay(self, content: bytes) -> bytes:
        """What became of each line, as the bank's own file."""
        results = ["ref,result"]
        *lines, total = csv.DictReader(io.StringIO(content.decode()))
        assert total["ref"] == "TOTAL"
        assert int(total["account"]) == len(lines)
        for line in lines:
            exists = not line["account"].startswith(Account.WRONG)
            results.append(f"{line['ref']},{'paid' if exists else 'failed'}")
            if exists:
                self.booked[line["account"]] += _fen(line["amount_yuan"])
        assert _fen(total["amount_yuan"]) == sum(_fen(line["amount_yuan"]) for line in lines)
        return "\r\n".join(results).encode()


class Account:
    """Everybody has one of their own; some name a wrong one first."""

    RIGHT, WRONG = "6222", "6217"

    @classmethod
    def of(cls, person: int, *, first: bool) -> str:
        wrong = first and person % NO_ACCOUNT == 0
        return f"{cls.WRONG if wrong else cls.RIGHT}{person:012d}"


class Money:
    def __init__(self, *, proposes: User, approves: User) -> None:
        self.proposes, self.approves, self.bank = proposes, approves, Bank()
        self.accepted: set[int] = set()

    def top_up(self) -> None:
        now = timezone.now()
        change = fund.propose(
            kind="deposit", amount_fen=DEPOSIT_FEN, reason=REASON, by=self.proposes, now=now
        )
        fund.decide(change=change, by=self.approves, approve=True, now=now)

    # --- The batch --------------------------------------------------------------------------

    def propose(self, incident: Incident) -> CompensationBatch:
        now = timezone.now()
        return compensation_batches.propose(
            incident=incident, reason=REASON, by=self.proposes, now=now
        )

    def approve(self, batch: CompensationBatch) -> None:
        batch.refresh_from_db()
        now = timezone.now()
        compensation_batches.decide(batch=batch, by=self.approves, approve=True, now=now)

    # --- The borrowers ----------------------------------------------------------------------

    def answer(self, meanwhile: Callable[[], object]) -> None:
        """The first some borrowers accept or decline."""
        offers = Compensation.objects.filter(state="offered").defer("account")
        for row in offers.order_by("pk")[:ANSWERS]:
            if row.pk % DECLINES == 0:
                compensation.decline(compensation=row, now=timezone.now())
            else:
                self._accept(row, first=True)
            meanwhile()

    def answer_again(self) -> None:
        """Whose account the bank refused."""
        offers = Compensation.objects.filter(state="offered", person__in=self.accepted)
        for row in offers.defer("account"):
            self._accept(row, first=False)

    def _accept(self, row: Compensation, *, first: bool) -> None:
        account = Account.of(row.person_id, first=first)
        compensation.accept(compensation=row, account=account, now=timezone.now())
        self.accepted.add(row.person_id)

    # --- The pay-out ------------------------------------------------------------------------

    def pay_out(self, meanwhile: Callable[[], object]) -> None:
        """File after file until nothing is left; each button is pressed twice at the same time."""
        while files := self._twice(self._file):
            for file in files:
                self._twice(partial(self._decide, payouts.decide, file=file))
                first, second = self._twice(partial(self._hand_over, file))
                assert first == second
                told = payout_files.read_results(self.bank.pay(first))
                (entered,) = self._twice(partial(self._enter, file, told))
                self._twice(partial(self._decide, payout_results.decide, results=entered))
                meanwhile()

    def _file(self) -> PayoutFile:
        return payouts.propose(reason=REASON, by=self.proposes, now=timezone.now(), limit=LINES)

    def _decide(self, decide: Callable[..., None], **what: object) -> bool:
        decide(by=self.approves, approve=True, now=timezone.now(), **what)
        return True

    def _hand_over(self, file: PayoutFile) -> bytes:
        return payouts.hand_over(
            file=PayoutFile.objects.get(pk=file.pk), by=self.approves, now=timezone.now()
        )

    def _enter(self, file: PayoutFile, told: payout_files.Results) -> PayoutResults:
        return payout_results.propose(
            file=PayoutFile.objects.get(pk=file.pk),
            results=told,
            reason=REASON,
            by=self.proposes,
            now=timezone.now(),
        )

    def _twice(self, act: Callable[[], T]) -> list[T]:
        """What came of doing it in two threads at once, where it was not refused."""

        def done() -> list[T]:
            try:
                return [act()]
            except Refused:
                return []
            finally:
                connection.close()

        with ThreadPoolExecutor(2) as pool:
            futures = [pool.submit(done) for _ in range(2)]
            return [made for future in futures for made in future.result()]

    # --- What came of it --------------------------------------------------------------------

    def unpaid(self, sums: Mapping[int, int]) -> int:
        """Whoever accepted and did not get exactly their sum, and whoever got one without that."""
        due = Counter({Account.of(p, first=False): sums.get(p, 0) for p in self.accepted})
        return sum(due[account] != self.bank.booked[account] for account in due | self.bank.booked)

    def ledger_errors(self, sums: Mapping[int, int]) -> int:
        """The fund holds the deposit less what was booked, and promises what is offered."""
        close_old_connections()
        kept = Fund.objects.get()
        open_ = Compensation.objects.filter(state__in=["offered", "accepted", "paying"])
        promised = sum(sums[person] for person in open_.values_list("person", flat=True))
        booked = self.bank.booked.total()
        return (kept.balance_fen != DEPOSIT_FEN - booked) + (kept.committed_fen != promised)


def _fen(yuan: str) -> int:
    whole, _, rest = yuan.partition(".")
    return 100 * int(whole) + int(rest)
