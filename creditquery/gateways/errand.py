"""One call to an entrance, however many requests it takes: where it goes and when it ends."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from creditquery.gateways.inquiry import Access, Unbelievable
from portal.deadline import Answer, Deadline
from portal.gateway import Unavailable

STATUS_BYTES = 65_536


@dataclass(frozen=True, slots=True)
class Errand:
    access: Access
    deadline: Deadline

    def path(self, tail: str) -> str:
        """As it stands in the request line, which is signed."""
        return urlsplit(self._url(tail)).path

    def send(
        self, method: str, tail: str, *, headers: Mapping[str, str], body: bytes, most: int
    ) -> Answer:
        """One request; an answer of more than `most` bytes is unbelievable."""
        try:
            return self.access.wire.call(
                method,
                self._url(tail),
                headers=headers,
                body=body,
                deadline=self.deadline,
                max_bytes=most,
            )
        except Unavailable as error:
            if error.reason == "answer too large":
                raise Unbelievable(error.reason, b"") from None
            raise

    def status(self) -> Answer:
        """The free, unsigned call of every interface: good for no more than a hint."""
        return self.send("GET", "status", headers={}, body=b"", most=STATUS_BYTES)

    def now(self) -> float:
        return self.access.wire.now()

    def _url(self, tail: str) -> str:
        return f"{self.access.url}/v1/{tail}"


def clock_words(skew: float) -> str:
    """Our clock against theirs; `skew` is ours minus theirs, in seconds."""
    return f"our clock is {abs(skew):.0f} s {'ahead' if skew > 0 else 'behind'}"
