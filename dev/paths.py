"""Where the development engines keep their data and sockets. Standard library only.

Sockets live in a short folder outside the checkout: a Unix socket path may have 107 bytes in
all, and Redis silently cuts a longer one.
"""

import hashlib
import os
import tempfile
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
DATABASE = "portal"
ROLE = "portal"


def var_dir() -> Path:
    """Folder of everything the portal makes on this machine (setting PORTAL_VAR)."""
    return Path(os.environ.get("PORTAL_VAR") or CHECKOUT / "var").resolve()


def socket_dir() -> Path:
    """Private folder of the sockets; one per data folder, so that checkouts do not collide."""
    tag = hashlib.sha256(os.fsencode(var_dir())).hexdigest()[:8]
    return Path(tempfile.gettempdir()) / f"portal-{os.getuid()}-{tag}"


def redis_socket() -> Path:
    return socket_dir() / "redis.sock"


def run_file() -> Path:
    """Addresses, accounts and process numbers of the portal while it runs."""
    return var_dir() / "run.json"
