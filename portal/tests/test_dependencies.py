"""What is imported is pinned, what is pinned is explained, and what comes along is pinned too."""

import re
import sys
from pathlib import Path

from portal.tests.test_architecture import tracked

ROOT = Path(__file__).resolve().parents[2]
# Import name -> distribution, where the two differ.
DISTRIBUTION = {
    "PIL": "pillow",
    "argon2": "argon2-cffi",
    "csp": "django-csp",
    "cv2": "opencv-python-headless",
    "axes": "django-axes",
    "xdist": "pytest-xdist",
    "yaml": "pyyaml",
    "chinese_calendar": "chinesecalendar",
    "opentelemetry": "opentelemetry-api",
    "pkcs11": "python-pkcs11",
}
OWN = {
    "accounts", "benchmarks", "complaints", "creditquery", "dev", "drills", "evidence", "portal",
    "recovery", "reviews", "simulators",
}  # fmt: skip
# Installed by a benchmark in an environment of its own.
PEERS = {"allauth", "letter_signer", "pybreaker", "reportlab", "two_factor"}


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def pinned(*files: str) -> set[str]:
    lines = "\n".join((ROOT / name).read_text() for name in files)
    return {canonical(name) for name in re.findall(r"^([\w.-]+)(?:\[[\w,]+\])?==\S+", lines, re.M)}


def imported() -> set[str]:
    top = {parts[0] for module in tracked("*.py") for _, parts in module.imports}
    foreign = top - set(sys.stdlib_module_names) - OWN - PEERS - {"conftest"}
    return {canonical(DISTRIBUTION.get(name, name)) for name in foreign}


def test_every_import_is_pinned():
    assert imported() - pinned("requirements.txt", "requirements-dev.txt") == set()


def test_every_line_has_an_exact_version():
    for name in ("requirements.txt", "requirements-dev.txt"):
        lines = [line for line in (ROOT / name).read_text().splitlines() if line[:1].isalnum()]
        assert [
            line for line in lines if not re.fullmatch(r"[\w.-]+(\[[\w,]+\])?==[\w.]+(; .+)?", line)
        ] == []


def test_every_dependency_is_explained():
    chapter = (ROOT / "docs/architecture.md").read_text().partition("## Dependencies")[2]
    first_cells = " ".join(re.findall(r"^\| ([^|]+) \|", chapter, re.M))
    explained = {
        canonical(name) for name in re.findall(r"[\w.-]+", re.sub(r"\[[^]]+\]", "", first_cells))
    }
    assert pinned("requirements.txt", "requirements-dev.txt") - explained == set()


def test_what_comes_along_is_pinned_too():
    assert pinned("requirements.txt", "requirements-dev.txt") <= pinned("constraints.txt")
