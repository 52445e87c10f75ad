"""Every kind of alarm is explained where whoever is called looks."""

import re
from pathlib import Path

import pytest

from portal.watch.kinds import KINDS

TEXT = (Path(__file__).resolve().parents[2] / "docs/operations.md").read_text()


def test_every_kind_has_its_heading_and_no_other():
    assert sorted(re.findall(r"^### (.+)$", TEXT, re.M)) == sorted(KINDS)


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_each_says_how_bad_it_is_and_what_to_do(kind):
    section = TEXT.partition(f"### {kind}\n")[2].partition("\n#")[0]
    assert section.startswith(("Warning", "Critical"))
    assert "*Do:*" in section
