"""The code is derived: six digits, leading zeros included, different for everything."""

import uuid

import pytest

from accounts.codes import code_for, matches


@pytest.fixture(autouse=True)
def one_key(settings):
    """The same codes in every run: what is counted here must not hang on a key drawn by lot."""
    settings.SECRET_KEY = "k" * 50


def test_a_thousand_codes_keep_their_leading_zeros():
    codes = [code_for(uuid.UUID(int=number), "login") for number in range(1000)]
    assert {len(code) for code in codes} == {6}
    assert sum(code.startswith("0") for code in codes) > 50
    assert all(matches(code, uuid.UUID(int=n), "login") for n, code in enumerate(codes))


def test_digits_are_spread_evenly():
    codes = [code_for(uuid.UUID(int=number), "login") for number in range(2000)]
    for place in range(6):
        counts = [sum(code[place] == digit for code in codes) for digit in "0123456789"]
        assert min(counts) > 140 and max(counts) < 260  # 200 expected, a deviation is 13


def test_another_purpose_or_challenge_has_another_code():
    one, other = uuid.UUID(int=1), uuid.UUID(int=2)
    assert len({code_for(one, "login"), code_for(one, "consent"), code_for(other, "login")}) == 3


def test_another_server_key_gives_another_code(settings):
    before = code_for(uuid.UUID(int=1), "login")
    settings.SECRET_KEY = "x" * 50
    assert code_for(uuid.UUID(int=1), "login") != before
