"""The error catalogue: each failure that a person can meet, once, in plain words.

Pages, messages and the help centre show these entries; a failure has the same code everywhere.
"""

from itertools import groupby

from portal.catalogue import (
    compensation,
    complaints,
    extensions,
    factors,
    frozen,
    guide,
    holds,
    incidents,
    interlock,
    lenders,
    letters,
    login,
    pages,
    passkeys,
    queries,
    recovery,
    review_desk,
    reviews,
    uploads,
    ways,
)
from portal.catalogue.entry import AREAS, Entry, Text

__all__ = ["AREAS", "ENTRIES", "Entry", "by_area"]

_ALL = (
    *login.ENTRIES,
    *frozen.ENTRIES,
    *frozen.DESK,
    *ways.ENTRIES,
    *factors.ENTRIES,
    *passkeys.ENTRIES,
    *interlock.ENTRIES,
    *holds.ENTRIES,
    *recovery.ENTRIES,
    *queries.ENTRIES,
    *reviews.ENTRIES,
    *review_desk.ENTRIES,
    *uploads.ENTRIES,
    *lenders.ENTRIES,
    *letters.ENTRIES,
    *compensation.ENTRIES,
    *complaints.ENTRIES,
    *guide.ENTRIES,
    *extensions.ENTRIES,
    *incidents.ENTRIES,
    *pages.ENTRIES,
)

ENTRIES: dict[str, Entry] = {entry.code: entry for entry in _ALL}


def by_area() -> list[tuple[Text, list[Entry]]]:
    """Areas with their entries, in the order of AREAS."""
    order = list(AREAS)
    entries = sorted(_ALL, key=lambda entry: order.index(entry.area))
    return [(AREAS[area], list(group)) for area, group in groupby(entries, lambda e: e.area)]
