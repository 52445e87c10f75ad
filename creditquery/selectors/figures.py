"""The figures of the operations page as texts by name: the page is drawn with them, and its script
brings them up to date, so that both say the same."""

from collections.abc import Iterator

from django.utils import timezone

from creditquery.selectors.operations import Board, Line
from portal.charts import number

DASH = "--"


def figures(board: Board) -> dict[str, str]:
    return dict(_figures(board))


def shape(board: Board) -> str:
    """What the page draws in another way when it changes: then it is loaded again."""
    states = [f"{line.route}={line.state}" for line in board.lines]
    alarms = [str(each.alarm.pk) for each in board.troubles]
    return " ".join(states + alarms)


def tones(board: Board) -> dict[str, str]:
    return {line.route: line.tone for line in board.lines}


def _figures(board: Board) -> Iterator[tuple[str, str]]:
    yield "time", timezone.localtime(board.now).strftime("%H:%M:%S")
    yield "calls", number(board.calls)
    yield "parked", number(board.forecast.parked)
    yield "by-hand", number(board.by_hand)
    for line in board.lines:
        for name, text in _of_route(line):
            yield f"{line.route} {name}", text
    for lane, states in board.lanes.items():
        for state, standing in states.items():
            yield f"{lane} {state}", number(standing.count)
    for state, standing in board.waiting.items():
        yield f"query {state}", number(standing.count)


def _of_route(line: Line) -> Iterator[tuple[str, str]]:
    yield "state", str(line.label)
    yield "rate", number(line.rate)
    yield "share", f"{line.share:.1f} %" if line.snapshot and line.snapshot.calls else DASH
    within = (line.answers.p50, line.answers.p95, line.answers.p99)
    yield "within", " / ".join(f"{each:,.0f}" for each in within) if line.answers.calls else DASH
    flight = line.snapshot
    yield "flight", f"{flight.in_flight} / {flight.concurrency}" if flight else DASH
