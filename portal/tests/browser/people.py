"""People made up for the journeys: numbers that are well formed and belong to nobody."""

import itertools
import os
from dataclasses import dataclass

from portal.validators import CHECK_CHARACTERS, WEIGHTS

NUMBERS = itertools.count(os.getpid() % 1000 * 100)


@dataclass(frozen=True)
class Person:
    phone: str
    name: str
    id_number: str


def new_person(name: str = "王小明") -> Person:
    """Somebody who never used the portal before."""
    number = next(NUMBERS)
    first = f"11010519491231{number % 1000:03d}"
    check = CHECK_CHARACTERS[sum(w * int(d) for w, d in zip(WEIGHTS, first, strict=True)) % 11]
    return Person(f"139{number:08d}", name, first + check)


def wrong(code: str) -> str:
    """Six digits that are not this code."""
    return f"{(int(code) + 1) % 1_000_000:06d}"
