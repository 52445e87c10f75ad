"""docs/configuration.md lists every setting that the code reads, and no other."""

import re
from dataclasses import fields
from pathlib import Path

from portal.routing.policy import Policy
from portal.signing.configuration import Signing

ROOT = Path(__file__).resolve().parents[2]
READERS = (
    r"(?:text|integer|boolean|choice|names|pairs|secret|field_keys|vendor_secret|token|outside"
    r"|database|redis|scanner|networks)"
    r"|_base|_key"
)


def read_by_the_code() -> set[str]:
    files = ("portal/settings.py", "portal/settings_login.py")
    source = "".join((ROOT / file).read_text() for file in files)
    routing = {
        f"{prefix}_{field.name.upper()}"
        for prefix in ("ROUTING", "VENDOR_ROUTING")
        for field in fields(Policy)
    }
    letter = {f"LETTER_{field.name.upper()}" for field in fields(Signing)}
    return (
        routing
        | letter
        | set(re.findall(rf"(?:{READERS})" + r"\(\s*['\"]([A-Z_]+)['\"]", source))
        | {"PORTAL_VAR"}
    )


def test_every_setting_is_documented_and_nothing_else():
    tables = [
        line.split("|")[1]
        for line in (ROOT / "docs/configuration.md").read_text().splitlines()
        if line.startswith("| `")
    ]
    assert set(re.findall(r"`([A-Z][A-Z0-9_]*)`", " ".join(tables))) == read_by_the_code()
