"""What the bureau has on file: one entry a request number, in memory and optionally in a file."""

import json
import threading
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from simulators.bureau_report import Subject, report_number
from simulators.bureau_wire import Inquiry


class OtherContent(Exception):
    """The request number was used before with other content (BUS005)."""


@dataclass(frozen=True)
class Entry:
    """The outcome of one request number. `at` and `ready_at` are Unix seconds."""

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

    @property
    def subject(self) -> Subject:
        return Subject(self.name, self.id_type, self.id_number, self.phone)

    @property
    def recorded(self) -> bool:
        """Did this leave an inquiry on the person's file?"""
        return self.code == "AAA000"


class Register:
    """Entries by (institution, request number). The file gets one JSON line an entry."""

    def __init__(self, path: str = "") -> None:
        self._path = Path(path) if path else None
        self._lock = threading.Lock()
        self._entries: dict[tuple[str, str], Entry] = {}
        if self._path:
            self._path.touch()  # a file that cannot be written is found at the start
        for entry in self._stored():
            self._entries[entry.institution, entry.request_no] = entry

    def find(self, institution: str, request_no: str) -> Entry | None:
        return self._entries.get((institution, request_no))

    def enter(
        self,
        inquiry: Inquiry,
        *,
        institution: str,
        region: str,
        code: str,
        now: float,
        ready_at: float,
        accounts: int,
    ) -> Entry:
        """Make the entry of a request number, or return the one there is; never a second one."""
        key = institution, inquiry.request_no
        with self._lock:
            entry = self._entries.get(key)
            if entry is None:
                entry = Entry(
                    request_no=inquiry.request_no,
                    institution=institution,
                    region=region,
                    digest=inquiry.digest(),
                    code=code,
                    at=now,
                    ready_at=ready_at,
                    number=report_number(now, len(self._entries) + 1),
                    accounts=accounts,
                    reason=inquiry.reason,
                    name=inquiry.name,
                    id_type=inquiry.id_type,
                    id_number=inquiry.id_number,
                    phone=inquiry.phone,
                )
                # On disk first: what the bureau has answered, it knows after kill -9.
                self._append(entry)
                self._entries[key] = entry
        if entry.digest != inquiry.digest():
            raise OtherContent
        return entry

    def all(self) -> list[Entry]:
        with self._lock:
            return list(self._entries.values())

    def reset(self) -> None:
        with self._lock:
            self._entries.clear()
            if self._path:
                self._path.unlink(missing_ok=True)

    def _append(self, entry: Entry) -> None:
        if self._path:
            with self._path.open("a", encoding="utf-8") as file:
                file.write(json.dumps(asdict(entry), ensure_ascii=False) + "\n")

    def _stored(self) -> Iterator[Entry]:
        if self._path:
            for line in self._path.read_text(encoding="utf-8").splitlines():
                # A process killed in mid-write leaves half a line, which nobody was told of.
                if line.endswith("}"):
                    yield Entry(**json.loads(line))
