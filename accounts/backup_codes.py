"""Backup codes: 13 characters of Crockford's base 32, 65 random bits, as NIST SP 800-63B-4, 4.2.1.1
(64 at least) has it. What is kept of one is a slow hash under a random salt (ASVS 5.0, 6.5.2)."""

import os
import secrets

from argon2.low_level import Type, hash_secret_raw

from portal.validators import plain

CODES = 10
LENGTH = 13
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
MEANT = str.maketrans("OIL", "011")  # Crockford: what looks like a digit is read as the digit
# OWASP's least for argon2id. Changing one of them ends every code that was printed before.
MEMORY_KIB, PASSES, LANES = 19_456, 2, 1


def fresh() -> list[str]:
    return ["".join(secrets.choice(ALPHABET) for _place in range(LENGTH)) for _code in range(CODES)]


def fresh_salt() -> bytes:
    return os.urandom(16)


def grouped(code: str) -> str:
    """As it is printed: 4KQ7X-0M2T-V9BD."""
    return f"{code[:5]}-{code[5:9]}-{code[9:]}"


def meant(entered: str) -> str:
    """The code that was typed, whatever the case, gaps and width; "" when it can be none."""
    code = plain(entered).upper().translate(MEANT)
    return code if len(code) == LENGTH and set(code) <= set(ALPHABET) else ""


def digest(code: str, salt: bytes) -> bytes:
    return hash_secret_raw(
        code.encode(),
        salt,
        time_cost=PASSES,
        memory_cost=MEMORY_KIB,
        parallelism=LANES,
        hash_len=32,
        type=Type.ID,
    )
