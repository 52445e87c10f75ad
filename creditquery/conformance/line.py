"""Bad connections and a wrong clock, put in the place of the real wire."""

from typing import Any

from creditquery.gateways.wire import Wire
from portal.deadline import Answer


class Line(Wire):
    """A good connection that remembers what came back."""

    def __init__(self) -> None:
        self.answers: list[Answer] = []

    def call(self, method: str, url: str, **rest: Any) -> Answer:
        answer = super().call(method, url, **rest)
        self.answers.append(answer)
        return answer


class AlteredRequest(Line):
    """Somebody in between changes what was signed, into something that reads the same: white
    space after a body, or, where there is none, another number in the address."""

    def call(self, method: str, url: str, **rest: Any) -> Answer:
        if rest["body"]:
            length = str(len(rest["body"]) + 1)
            rest |= {"body": rest["body"] + b" "}
            rest |= {"headers": {**rest["headers"], "Content-Length": length}}
            return super().call(method, url, **rest)
        return super().call(method, url[:-1] + ("A" if url[-1] != "A" else "B"), **rest)


class AlteredAnswer(Line):
    """White space after what the other side has signed."""

    def call(self, method: str, url: str, **rest: Any) -> Answer:
        answer = super().call(method, url, **rest)
        return Answer(answer.status, answer.headers, answer.body + b" ", answer.tls)


class UnsignedAnswer(Line):
    """A machine in between answers by itself: the same body, and none of the headers."""

    def call(self, method: str, url: str, **rest: Any) -> Answer:
        answer = super().call(method, url, **rest)
        return Answer(answer.status, {}, answer.body, answer.tls)


class Replay(Line):
    """Each request arrives twice, byte by byte; the second answer is the one that is heard."""

    def call(self, method: str, url: str, **rest: Any) -> Answer:
        super().call(method, url, **rest)
        return super().call(method, url, **rest)


class StaleAnswer(Line):
    """The first answer is given to every later request as well."""

    def call(self, method: str, url: str, **rest: Any) -> Answer:
        if not self.answers:
            return super().call(method, url, **rest)
        return self.answers[0]


class WrongClock(Line):
    """Our clock is so many seconds ahead."""

    def __init__(self, ahead: float) -> None:
        super().__init__()
        self._ahead = ahead

    def now(self) -> float:
        return super().now() + self._ahead
