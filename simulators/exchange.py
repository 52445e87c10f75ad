"""What passes between the HTTP server and the services: requests and answers as plain values."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import parse_qs, urlsplit

from simulators.faults import Fault


@dataclass(frozen=True)
class Request:
    """One HTTP request. `path` is as sent, `rest` is the path inside the service."""

    method: str
    target: str
    headers: Mapping[str, str]  # names in lower case
    body: bytes = b""
    rest: str = ""

    @property
    def path(self) -> str:
        return self.target.partition("?")[0]

    @property
    def raw_query(self) -> str:
        return urlsplit(self.target).query

    def query(self, name: str) -> str:
        return parse_qs(self.raw_query).get(name, [""])[0]

    def form(self) -> dict[str, str]:
        """Fields of a form body; the last value of a name wins."""
        text = self.body.decode("utf-8", "replace")
        return {name: values[-1] for name, values in parse_qs(text, keep_blank_values=True).items()}

    def header(self, name: str) -> str:
        return self.headers.get(name.lower(), "")


@dataclass(frozen=True)
class Answer:
    """One HTTP answer; Content-Length and Date are the server's business."""

    status: int
    body: bytes = b""
    content_type: str = "text/plain; charset=utf-8"
    headers: Mapping[str, str] = field(default_factory=dict)


class Service(Protocol):
    """A part of the outside world that can be put out of order."""

    def has_effect(self, request: Request) -> bool:
        """Does this call do something that must not be done twice?"""
        ...

    def answer(self, request: Request, now: float, fault: Fault | None = None) -> Answer: ...

    def turn_away(self, request: Request, now: float, fault: Fault) -> Answer:
        """What this service says at its door in one of `DOOR_MODES`; nothing has been done."""
        ...


def as_json(value: Any, status: int = 200) -> Answer:
    """JSON as the vendors send it: Tencent's SDK knows an error only by this very media type."""
    body = json.dumps(value, ensure_ascii=False).encode()
    return Answer(status, body, "application/json")


def redirect(location: str) -> Answer:
    return Answer(303, headers={"Location": location})
