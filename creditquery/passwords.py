"""Passwords of report files: what a person may choose, and one made for them."""

import secrets
from collections.abc import Iterable

LENGTH = 10
LONGEST = 100
RUN = 6
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # nothing that looks like something else
GROUPS, GROUP = 4, 4  # 31**16: 79 bits


def random() -> str:
    """Like `k7mq-w2xd-9fhe-t4rn`: to be shown once and stored nowhere."""
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(GROUP)) for _ in range(GROUPS))


def personal_parts(*, name: str, id_number: str, phone: str) -> frozenset[str]:
    """What others know or find out about a person, and so may not stand in the password: the name,
    and any six signs in a row of phone or ID number, so birthday, home county and last six too."""
    numbers = (phone, id_number)
    parts = {number[at : at + RUN] for number in numbers for at in range(len(number) - RUN + 1)}
    parts |= {name, *name.replace("·", " ").split()}
    return frozenset(bare for part in parts if len(bare := _bare(part)) >= 2)


def is_personal(password: str, parts: Iterable[str]) -> bool:
    typed = _bare(password)
    return any(part in typed for part in parts)


def is_typeable(password: str) -> bool:
    """Whether any keyboard and any PDF reader can enter it: printable ASCII."""
    return password.isascii() and password.isprintable()


def _bare(text: str) -> str:
    """Letters and digits alone: 138-0000-0001 is still the phone."""
    return "".join(filter(str.isalnum, text)).lower()
