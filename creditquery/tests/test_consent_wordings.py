"""A wording that somebody may have signed is never edited: a change is a new file and version."""

import hashlib

import pytest

from creditquery import consent_wordings
from creditquery.consent_wordings import SHARE, TEXTS, in_force
from creditquery.models.consents import Purpose

# The first 16 hex digits of each file's SHA-256. A new version adds a line and changes none.
PUBLISHED = {
    "guarantee-2026-01.en.txt": "9e44eb97c4cdd2ac",
    "guarantee-2026-01.zh.txt": "76ee3dc5f4353b29",
    "loan-2026-01.en.txt": "ff57bb76a4d53181",
    "loan-2026-01.zh.txt": "c04eb2c2c228a0f4",
    "share-2026-01.en.txt": "ab9b3d00718e2a0e",
    "share-2026-01.zh.txt": "1ae6a95e66520235",
}


def test_no_published_wording_was_edited():
    found = {p.name: hashlib.sha256(p.read_bytes()).hexdigest()[:16] for p in TEXTS.glob("*.txt")}
    assert found == PUBLISHED


@pytest.mark.parametrize("purpose", [*Purpose.values, SHARE])
def test_every_purpose_has_a_wording_in_both_languages(purpose):
    wording = in_force(purpose)
    assert wording.zh and wording.en
    assert wording.zh != wording.en


def test_the_hash_tells_every_change():
    wording = in_force(Purpose.LOAN)
    edited = consent_wordings.Wording(wording.version, wording.zh + "。", wording.en)
    assert edited.sha256 != wording.sha256
