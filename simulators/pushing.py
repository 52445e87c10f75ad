"""Receipts on their way to the portal: unsigned, by POST, again until they are taken."""

import json
import sys
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import Any

from simulators.background import Background

TIMEOUT = 5  # seconds


class Pusher:
    """Posts a body after `delay` seconds, and again after each of `retries` until `taken` likes
    the answer."""

    def __init__(
        self,
        url: str,
        delay: float,
        background: Background,
        taken: Callable[[dict[str, Any]], bool],
    ) -> None:
        self.url = url
        self._delay = delay
        self._background = background
        self._taken = taken

    def push(
        self, body: Any, name: str, retries: tuple[float, ...], *, url: str = "", later: float = 0
    ) -> None:
        """`name` stands in the complaint about a body that nobody took; `later`: so many seconds
        more than usual."""
        target = url or self.url
        if target:
            self._background.after(
                self._delay + later, lambda: self._try(target, body, name, retries)
            )

    def _try(self, url: str, body: Any, name: str, retries: tuple[float, ...]) -> None:
        if self._was_taken(url, body):
            return
        if retries:
            wait, *rest = retries
            self._background.after(wait, lambda: self._try(url, body, name, tuple(rest)))
        else:
            print(f"receipt {name} was not accepted", file=sys.stderr)

    def _was_taken(self, url: str, body: Any) -> bool:
        request = urllib.request.Request(  # noqa: S310  (the address is our operator's setting)
            url,
            data=json.dumps(body, ensure_ascii=False).encode(),
            headers={"Content-Type": "application/json; charset=utf-8"},
            method="POST",
        )
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT) as answer:  # noqa: S310
                said = json.loads(answer.read(10_000))
        except (OSError, ValueError):
            return False
        return isinstance(said, dict) and self._taken(said)
