"""How requests travel, and what time it is: one object, so that the conformance kit can put a bad
line and a wrong clock in its place and see what either side makes of it."""

import time
from collections.abc import Mapping

from portal import deadline as http
from portal.deadline import Answer, Deadline


class Wire:
    def call(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str],
        body: bytes,
        deadline: Deadline,
        max_bytes: int,
    ) -> Answer:
        """As portal.deadline.call."""
        return http.call(
            method, url, headers=headers, body=body, deadline=deadline, max_bytes=max_bytes
        )

    def now(self) -> float:
        """Unix time in seconds, with which requests are signed and answers compared."""
        return time.time()


WIRE = Wire()
