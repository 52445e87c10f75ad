import pytest
from django.core.exceptions import FieldError

from evidence.models import Record
from portal import crypto, keys

PLAIN = "王小二".encode()


def test_a_sealed_value_opens_in_its_own_context_only():
    sealed = crypto.seal(PLAIN, "accounts_user.name")
    assert PLAIN not in sealed
    assert crypto.unseal(sealed, "accounts_user.name") == PLAIN
    with pytest.raises(crypto.Unreadable):
        crypto.unseal(sealed, "accounts_user.id_number")


def test_two_seals_of_one_value_differ():
    assert crypto.seal(PLAIN, "a") != crypto.seal(PLAIN, "a")


@pytest.mark.parametrize("position", [0, 4, 20, -1])
def test_a_flipped_bit_is_noticed(position):
    sealed = bytearray(crypto.seal(PLAIN, "a"))
    sealed[position] ^= 1
    with pytest.raises(crypto.Unreadable):
        crypto.unseal(bytes(sealed), "a")


@pytest.mark.parametrize("rubbish", [b"", b"k1", b"k1:", b"k1:short", b"\xff\xfe:" + b"0" * 40])
def test_rubbish_is_unreadable_and_no_other_error(rubbish):
    with pytest.raises(crypto.Unreadable):
        crypto.unseal(rubbish, "a")


def test_an_older_key_of_the_ring_still_opens(settings):
    old = ("old", b"o" * 32)
    settings.FIELD_KEYS = [old]
    sealed = crypto.seal(PLAIN, "a")
    settings.FIELD_KEYS = [("new", b"n" * 32), old]
    assert crypto.unseal(sealed, "a") == PLAIN
    assert crypto.key_id(crypto.seal(PLAIN, "a")) == "new"
    settings.FIELD_KEYS = [("new", b"n" * 32)]
    with pytest.raises(crypto.Unreadable):
        crypto.unseal(sealed, "a")


def test_keys_of_two_purposes_differ_and_follow_the_secret(settings):
    first = keys.derive("otp")
    assert len(first) == 32
    assert keys.derive("lookup/phone") != first
    settings.SECRET_KEY = "another secret of at least thirty-two characters"
    assert keys.derive("otp") != first


def test_a_keyed_hash_depends_on_its_purpose():
    assert crypto.keyed_hash("13800000000", "phone") != crypto.keyed_hash("13800000000", "id")
    assert len(crypto.keyed_hash("13800000000", "phone")) == 64


def test_a_sealed_column_cannot_be_compared():
    field = crypto.SealedTextField()
    assert field.get_lookup("exact") is None
    assert field.get_lookup("isnull") is not None
    with pytest.raises(FieldError):
        Record.objects.filter(salt__no_such_lookup=1)
