"""Tesseract 5 with its model of simplified Chinese, from the system's packages."""

import contextlib
import os
import shutil
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from dev import setup

PACKAGES = ["tesseract-ocr", "tesseract-ocr-chi-sim"]
# It finds its way about the page by itself; one that may lie sideways is looked at first. As "a
# uniform block of text" (6) it lost whole statements that have rules between their rows.
MODES = {"turned 90": "1", "upside down": "1"}
UPRIGHT = "3"


@dataclass(frozen=True)
class Answer:
    """Seconds a page, and the text of each."""

    seconds: float
    texts: Sequence[str]


def tesseract() -> str | None:
    """Its program; None where neither the machine nor apt has it with Chinese."""
    if not _chinese():
        with contextlib.suppress(SystemExit):  # how the set-up says that apt cannot
            setup.install_apt(PACKAGES)
    return shutil.which("tesseract") if _chinese() else None


def _chinese() -> bool:
    program = shutil.which("tesseract")
    return program is not None and "chi_sim" in setup.output([program, "--list-langs"])


def read(program: str, folder: Path) -> Answer:
    """All pages of a folder in one process, so that the model is loaded once, on one core."""
    pictures = sorted(folder.glob("*.png"))
    listed = folder / "pictures.txt"
    listed.write_text("\n".join(map(str, pictures)))
    mode = MODES.get(folder.name, UPRIGHT)
    began = time.perf_counter()
    answer = subprocess.run(
        [program, listed, "-", "-l", "chi_sim", "--psm", mode],
        env={**os.environ, "OMP_THREAD_LIMIT": "1"},
        capture_output=True,
        check=True,
    )
    seconds = (time.perf_counter() - began) / len(pictures)
    # One form feed ends each page.
    return Answer(seconds, answer.stdout.decode().split("\f")[: len(pictures)])
