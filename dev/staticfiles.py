"""`python -m dev.staticfiles`: collects the static files when one of them has changed.

Compressing all of them takes seconds, so the list of sources is kept beside the result.
"""

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

from dev.paths import CHECKOUT, var_dir


def main() -> int:
    stamp = var_dir() / "static.stamp"
    current = fingerprint()
    if stamp.exists() and stamp.read_text() == current:
        return 0
    command = ["manage.py", "collectstatic", "--no-input", "--clear", "--verbosity=0"]
    code = subprocess.run([sys.executable, *command], cwd=CHECKOUT, check=False).returncode
    if code == 0:
        stamp.write_text(current)
    return code


def fingerprint() -> str:
    digest = hashlib.sha256(version("django").encode())  # the admin's files come from there
    for path in sorted(sources()):
        info = path.stat()
        digest.update(f"{path} {info.st_mtime_ns} {info.st_size}\n".encode())
    return digest.hexdigest()


def sources() -> Iterator[Path]:
    for app in CHECKOUT.glob("*/apps.py"):
        for parent, _, names in os.walk(app.parent / "static"):
            yield from (Path(parent, name) for name in names)


if __name__ == "__main__":
    sys.exit(main())
