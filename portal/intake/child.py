"""The child: one job from standard input, one result to standard output, and nothing else.

Everything it may need is imported before the fence goes up; after that it reads the job.
"""

import os
import sys
from collections.abc import Callable, Iterator

from portal.intake import confine, documents, jail, pictures, wire
from portal.intake.kinds import Kind
from portal.intake.limits import Limits
from portal.intake.refusals import IntakeRefused

JOB, RESULT = 0, 1

Cleaner = Callable[[bytes, str | None, Limits], Iterator[bytes]]


def cleaner(kind: Kind) -> Cleaner:
    return documents.clean if kind is Kind.PDF else pictures.CLEANERS[kind]


def main() -> int:
    with open(JOB, "rb", closefd=False) as job:
        data, kind, password, limits = wire.read_job(job.read())
    confine.limit(limits)
    if not confine.lock_down():
        return jail.NO_FENCE
    try:
        for part in _answers(cleaner(kind), data, password, limits):
            _write(part)
    except (MemoryError, OSError):  # the result, too, may only be so large
        return jail.TOO_MUCH
    return 0


def _answers(make: Cleaner, data: bytes, password: str | None, limits: Limits) -> Iterator[bytes]:
    try:
        yield from make(data, password, limits)
    except IntakeRefused as refused:
        yield wire.refusal(refused.code)
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 (decoders fail in many ways, all of them final)
        yield wire.failure(type(error).__name__)


def _write(part: bytes) -> None:
    view = memoryview(part)
    while view:
        view = view[os.write(RESULT, view) :]


if __name__ == "__main__":
    # Not by way of the interpreter's tidying up, which a damaged heap may not survive.
    sys.stdout.flush()
    os._exit(main())
