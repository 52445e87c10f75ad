"""What a handler holds while it works."""

import datetime as dt
from dataclasses import dataclass, field

ATTEMPTS = 5
"""So many failures of the handler, then the work is dead: after six minutes of back-off in all."""
EXPIRIES = 10
"""So many leases in a row that ran out without an end: whoever takes it up seems to die of it."""


class LeaseLost(Exception):
    """The lease ran out and was taken back: whatever this holder found out is not written."""


@dataclass(slots=True)
class Claim:
    """One lease of one piece of work. The fence rises with every lease, so a late holder is told
    from the present one. `more`: others of its lane had been due for a while."""

    id: int
    kind: str
    subject: str
    lane: str
    fence: int
    attempts: int
    lease_until: dt.datetime
    trace: str = ""
    more: bool = field(default=False, compare=False)
    ended: bool = field(default=False, compare=False)
