"""Where peers live: ReportLab in an environment of its own, Chromium as the system has it."""

import shutil
import subprocess
import sys
from pathlib import Path

from dev.paths import CHECKOUT

REPORTLAB = "reportlab==5.1.0"


def reportlab() -> Path:
    """The Python of an environment that holds ReportLab; made on first use."""
    home = CHECKOUT / "var" / "bench" / REPORTLAB.replace("==", "-")
    python = home / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", home], check=True)
    pip = [str(python), "-m", "pip", "--disable-pip-version-check"]
    subprocess.run([*pip, "install", "--quiet", REPORTLAB], check=True)
    return python


def chromium() -> str:
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        raise SystemExit("Chromium is missing: the package chromium has it.")
    return found
