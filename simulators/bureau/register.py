"""What the bureau has on file: every inquiry of every channel, in memory and optionally a file."""

import json
import threading
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TextIO

from simulators.bureau.inquiry import Inquiry
from simulators.bureau.people import Subject
from simulators.mainland import beijing


class OtherContent(Exception):
    """The request number was used before with other content (BUS005)."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One inquiry that arrived and what became of it. `at` and `ready_at` are Unix seconds."""

    request_no: str
    institution: str
    region: str
    digest: str
    code: str
    at: float
    ready_at: float
    number: str
    accounts: int
    reason: str
    name: str
    id_type: str
    id_number: str
    phone: str
    channel: str = "pboc"
    rqst_id: str = ""  # of the message that brought it, where the wire format names messages

    @property
    def subject(self) -> Subject:
        return Subject(self.name, self.id_type, self.id_number, self.phone)

    @property
    def recorded(self) -> bool:
        """Did this leave an inquiry on the person's file?"""
        return self.code == "AAA000"


class Register:
    """All entries in order, and the latest of each request number of a channel.

    The file gets one JSON line an entry. `accounts` is the size of reports made from now on.
    """

    def __init__(self, path: str = "", accounts: int = 28) -> None:
        self.accounts = accounts
        self._path = Path(path) if path else None
        self._file: TextIO | None = None
        self._lock = threading.Lock()
        self._entries: list[Entry] = []
        self._latest: dict[tuple[str, str, str], Entry] = {}
        for entry in self._stored():
            self._keep(entry)
        self._open()  # a file that cannot be written is found at the start

    def find(self, channel: str, institution: str, request_no: str) -> Entry | None:
        """The entry of a request number; of several, the last that arrived."""
        return self._latest.get((channel, institution, request_no))

    def enter(
        self,
        inquiry: Inquiry,
        *,
        channel: str,
        institution: str,
        region: str,
        code: str,
        now: float,
        ready_at: float,
        once: bool,
        rqst_id: str = "",
    ) -> Entry:
        """Make an entry. With `once` a request number has a single one, and whoever repeats it
        gets that; or `OtherContent`."""
        with self._lock:
            entry = self.find(channel, institution, inquiry.request_no) if once else None
            if entry is None:
                entry = Entry(
                    request_no=inquiry.request_no,
                    institution=institution,
                    region=region,
                    digest=inquiry.digest(),
                    code=code,
                    at=now,
                    ready_at=ready_at,
                    number=_report_number(now, len(self._entries) + 1),
                    accounts=self.accounts,
                    reason=inquiry.reason,
                    name=inquiry.name,
                    id_type=inquiry.id_type,
                    id_number=inquiry.id_number,
                    phone=inquiry.phone,
                    channel=channel,
                    rqst_id=rqst_id,
                )
                # On disk first: what the bureau has answered, it knows after kill -9.
                self._write(entry)
                self._keep(entry)
        if once and entry.digest != inquiry.digest():
            raise OtherContent
        return entry

    def all(self) -> list[Entry]:
        with self._lock:
            return list(self._entries)

    def reset(self) -> None:
        with self._lock:
            self._entries.clear()
            self._latest.clear()
            if self._path and self._file:
                self._file.close()
                self._path.unlink(missing_ok=True)
                self._open()

    def _keep(self, entry: Entry) -> None:
        self._entries.append(entry)
        self._latest[entry.channel, entry.institution, entry.request_no] = entry

    def _open(self) -> None:
        if self._path:
            self._file = self._path.open("a", encoding="utf-8", buffering=1)

    def _write(self, entry: Entry) -> None:
        if self._file:
            self._file.write(json.dumps(asdict(entry), ensure_ascii=False) + "\n")

    def _stored(self) -> Iterator[Entry]:
        if not self._path or not self._path.exists():
            return
        text = self._path.read_text(encoding="utf-8", errors="replace")
        # A process killed in mid-write leaves half a line, which nobody was told of.
        whole, _, half = text.rpartition("\n")
        if half:
            self._path.write_text(whole + "\n" if whole else "", encoding="utf-8")
        for line in whole.splitlines():
            yield Entry(**json.loads(line))


def _report_number(at: float, serial: int) -> str:
    """22 digits: the time to the second and a running number."""
    return f"{beijing(at):%Y%m%d%H%M%S}{serial % 10**8:08d}"
