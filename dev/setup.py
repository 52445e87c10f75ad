"""`python3 -m dev.setup run|unit|test`: makes what a fresh machine lacks. Standard library only.

The virtual environment, its packages, the system packages, the compiled catalogues. Each step
looks first, so a second run takes a fraction of a second. Where something cannot be installed, one
sentence gives the command. This file also runs on Pythons that are too old for the portal.
"""

from __future__ import annotations

import ctypes.util
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
VENV = CHECKOUT / ".venv"
PYTHON = VENV / "bin" / "python"
OLDEST = (3, 11)
NAMES = ["python3", "python3.13", "python3.12", "python3.11"]
RUN = [
    "libpango-1.0-0",
    "libpangoft2-1.0-0",
    "libharfbuzz-subset0",
    "fonts-noto-cjk",
    "fonts-babelstone-han",
]
UNIT = [*RUN, "poppler-utils", "qpdf", "gettext", "iproute2"]
# purpose -> (requirements file, system packages)
PURPOSES = {
    "run": ("requirements.txt", RUN),
    "unit": ("requirements-dev.txt", UNIT),
    "test": ("requirements-dev.txt", [*UNIT, "chromium"]),
}


def main(purpose: str) -> None:
    os.chdir(str(CHECKOUT))
    requirements, packages = PURPOSES[purpose]
    make_environment()
    install_requirements(requirements)
    install_system(packages)
    subprocess.run([str(PYTHON), "-m", "dev.catalogues", "compile"], check=True)
    subprocess.run([str(PYTHON), "manage.py", "prepare_fonts"], check=True)


# --- Python -------------------------------------------------------------------------------------


def make_environment() -> None:
    if recent(str(PYTHON)):
        return
    python = next(filter(None, map(shutil.which, filter(recent, NAMES))), None)
    if python is None:
        install_apt(["python3.11", "python3.11-venv"])
        python = "python3.11"
    if not succeeds([python, "-c", "import ensurepip, venv"]):
        version = output([python, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"])
        install_apt([f"python{version}-venv"])
    say("making the virtual environment .venv")
    subprocess.run([python, "-m", "venv", "--clear", str(VENV)], check=True)


def recent(python: str) -> bool:
    return succeeds([python, "-c", f"import sys; sys.exit(sys.version_info < {OLDEST})"])


def install_requirements(name: str) -> None:
    """Runs pip only when a list of packages has changed since the last time."""
    content = b"".join(path.read_bytes() for path in sorted(CHECKOUT.glob("*.txt")))
    stamp, current = VENV / (name + ".stamp"), hashlib.sha256(content).hexdigest()
    if stamp.exists() and stamp.read_text() == current:
        return
    say(f"installing the Python packages of {name}")
    pip = [str(PYTHON), "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
    if subprocess.run([*pip, "--requirement", name]).returncode:
        sys.exit(f"pip could not install {name}: its message stands above.")
    stamp.write_text(current)


# --- System packages ----------------------------------------------------------------------------


def install_system(packages: list[str]) -> None:
    if shutil.which("dpkg-query") is None:
        if ctypes.util.find_library("pango-1.0") is None:
            sys.exit("Pango is missing, and this is no Debian: install Pango and Noto Sans CJK.")
        return
    missing = [package for package in packages if not installed(package)]
    if missing:
        install_apt(missing)


def installed(package: str) -> bool:
    if package == "chromium" and shutil.which("chromium"):
        return True
    shown = output(["dpkg-query", "--show", "--showformat=${db:Status-Status}", package])
    return shown == "installed"


def install_apt(packages: list[str]) -> None:
    """Installs as root or by password-less sudo; else says the one command and ends."""
    command = ["apt-get", "install", "--yes", "--no-install-recommends", *packages]
    prefix = root_prefix()
    if prefix is None or shutil.which("apt-get") is None:
        sys.exit("Missing on this machine. Run this once: sudo " + " ".join(command))
    say("installing " + " ".join(packages))
    apt = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive"]
    if not any(Path("/var/lib/apt/lists").glob("*_Packages*")):
        subprocess.run([*apt, "apt-get", "update", "--quiet=2"])
    options = ["--quiet=2", "--option=DPkg::Lock::Timeout=120", "--option=Dpkg::Use-Pty=0"]
    if subprocess.run([*apt, *command, *options], stdout=subprocess.DEVNULL).returncode:
        sys.exit(
            "apt could not install them. Try: sudo apt-get update && sudo " + " ".join(command)
        )


def root_prefix() -> list[str] | None:
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") and succeeds(["sudo", "--non-interactive", "true"]):
        return ["sudo", "--non-interactive"]
    return None


# --- Small change -------------------------------------------------------------------------------


def succeeds(argv: list[str]) -> bool:
    quiet = subprocess.DEVNULL
    try:
        return subprocess.run(argv, stdout=quiet, stderr=quiet).returncode == 0
    except OSError:
        return False


def output(argv: list[str]) -> str:
    run = subprocess.run(argv, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    return run.stdout.decode().strip()


def say(line: str) -> None:
    print(f"set-up: {line}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
