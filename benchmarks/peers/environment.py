"""Where peers live: packages in environments of their own, Chromium as the system has it."""

import shutil
import subprocess
import sys
from pathlib import Path

from dev.paths import CHECKOUT

REPORTLAB = ("reportlab==5.1.0",)
_SIGNING = ("pyhanko==0.38.0", "qrcode==8.2")
WEASYPRINT = ("weasyprint==70.0", *_SIGNING)
REPORTLAB_SIGNED = ("reportlab==5.1.0", "fonttools==4.68.0", *_SIGNING)
_SERVED = ("Django==5.2.19", "psycopg[binary,pool]==3.3.9", "gunicorn==27.0.1")  # as ours is
TWO_FACTOR = ("django-two-factor-auth[phonenumbers]==1.18.1", *_SERVED)
ALLAUTH = ("django-allauth==65.21.0", *_SERVED)
PYBREAKER = ("pybreaker==1.4.1", "redis==8.1.0")  # the client that we use, too


def python(*packages: str) -> Path:
    """The Python of an environment that holds these packages; made on first use."""
    home = CHECKOUT / "var" / "bench" / "+".join(packages).replace("==", "-")
    found = home / "bin" / "python"
    if not found.exists():
        subprocess.run([sys.executable, "-m", "venv", home], check=True)
    pip = [str(found), "-m", "pip", "--disable-pip-version-check"]
    subprocess.run([*pip, "install", "--quiet", *packages], check=True)
    return found


def chromium() -> str:
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        raise SystemExit("Chromium is missing: the package chromium has it.")
    return found
