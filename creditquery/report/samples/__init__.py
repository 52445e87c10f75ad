"""The sample report as bytes and as a tree; see README.md for where it comes from."""

import json
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
JSON = (HERE / "pboc_second_gen_small.json").read_bytes()
XML = (HERE / "pboc_second_gen_small.xml").read_bytes()
FIELDS_CSV = HERE / "pboc_fields.csv"


def tree() -> dict[str, Any]:
    """A fresh copy of the sample, to be changed at will."""
    return json.loads(JSON)
