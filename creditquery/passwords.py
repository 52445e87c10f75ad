"""Passwords of report files: what a person may choose, and one made for them."""

import secrets
from collections.abc import Iterable

LENGTH = 10
LONGEST = 100
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # nothing that looks like something else
GROUPS, GROUP = 4, 4  # 31**16: 79 bits


def random() -> str:
    """Like `k7mq-w2xd-9fhe-t4rn`: to be shown once and stored nowhere."""
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(GROUP)) for _ in range(GROUPS))


def personal_parts(*, name: str, id_number: str, phone: str) -> frozenset[str]:
    """What others know or find out about a person, and so may not stand in the password."""
    born = id_number[6:14]
    parts = {name, phone, phone[-8:], id_number, id_number[-6:], born, born[2:]}
    return frozenset(part.lower() for part in parts if len(part) >= 2)


def is_personal(password: str, parts: Iterable[str]) -> bool:
    typed = password.lower()
    return any(part in typed for part in parts)


def is_typeable(password: str) -> bool:
    """Whether any keyboard and any PDF reader can enter it: printable ASCII."""
    return password.isascii() and password.isprintable()
