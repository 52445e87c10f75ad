"""Inboxes: what arrived on a phone or in a mailbox, as its owner would see it."""

import threading
from collections import OrderedDict
from dataclasses import dataclass

from simulators.mainland import beijing

KEPT_MESSAGES = 200  # of one inbox
KEPT_INBOXES = 50_000


@dataclass(frozen=True)
class Message:
    """`code` is the one-time code in the text, empty when there is none."""

    at: float
    vendor: str
    text: str
    code: str = ""
    subject: str = ""

    def as_json(self) -> dict[str, str]:
        at = beijing(self.at).isoformat(timespec="milliseconds")
        shown = {"at": at, "vendor": self.vendor, "text": self.text, "code": self.code}
        return shown | ({"subject": self.subject} if self.subject else {})


class Inboxes:
    """Messages by address, oldest first; the inbox that got one last is the first of the list."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._inboxes: OrderedDict[str, list[Message]] = OrderedDict()

    def deliver(self, address: str, message: Message) -> None:
        with self._lock:
            inbox = self._inboxes.setdefault(address, [])
            inbox.append(message)
            del inbox[:-KEPT_MESSAGES]
            self._inboxes.move_to_end(address)
            if len(self._inboxes) > KEPT_INBOXES:
                self._inboxes.popitem(last=False)

    def messages(self, address: str) -> list[Message]:
        with self._lock:
            return list(self._inboxes.get(address, ()))

    def latest(self, most: int) -> list[tuple[str, Message]]:
        """The inboxes with news, newest first, each with its last message."""
        with self._lock:
            newest = list(self._inboxes.items())[-most:]
        return [(address, inbox[-1]) for address, inbox in reversed(newest)]

    def reset(self) -> None:
        with self._lock:
            self._inboxes.clear()
