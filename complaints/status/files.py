"""The public status page as files: written whole, read without database, Redis or session.

A page has two copies. The second says by itself that it may be out of date; it is shown when
nothing has been published for a while, and by the proxy when no web process answers. How old all
of it is, is the age of PULSE, which a publication writes last (docs/adr/0030).
"""

import datetime as dt
import fcntl
import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

ADDRESS = re.compile(
    r"(?:/en)?/status(?:/(?:[A-Z]{2}-[0-9-]{1,17}/)?|\.(?P<form>json|atom|rss))", re.ASCII
)
TYPES = {
    None: "text/html; charset=utf-8",
    "json": "application/json",
    "atom": "application/atom+xml; charset=utf-8",
    "rss": "application/rss+xml; charset=utf-8",
}
PULSE = "/status.json"
STALE_AFTER = dt.timedelta(minutes=3)
"""Nine publications in a row did not come."""


@dataclass(frozen=True, slots=True)
class Copy:
    content: bytes
    content_type: str
    etag: str
    written_at: dt.datetime


@contextmanager
def alone() -> Iterator[None]:
    """One writer of this folder at a time; the lock of a dead one is free."""
    _make(settings.PUBLIC)
    with (settings.PUBLIC / ".lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def write(address: str, content: str, *, stale: str = "") -> None:
    """Put the copy of an address in place at once: a reader sees the old one or the new one."""
    for text, old in ((content, False), (stale, True)):
        if text:
            replace(_file(address, old=old), text.encode())


def read(address: str, *, now: dt.datetime) -> Copy | None:
    """The copy to show of an address that ADDRESS matches; None when there is none yet."""
    form = _form(address)
    old = form is None and is_stale(now=now)
    try:
        with _file(address, old=old).open("rb") as file:
            info, content = os.fstat(file.fileno()), file.read()
    except (FileNotFoundError, NotADirectoryError):
        return None
    return Copy(
        content,
        TYPES[form],
        f'"{info.st_mtime_ns:x}-{info.st_size:x}-{old:d}"',
        dt.datetime.fromtimestamp(info.st_mtime, dt.UTC),
    )


def is_missing() -> bool:
    """Whether nothing was ever published here."""
    return not _file(PULSE).exists()


def is_stale(*, now: dt.datetime) -> bool:
    try:
        written = _file(PULSE).stat().st_mtime
    except FileNotFoundError:
        return True
    return now - dt.datetime.fromtimestamp(written, dt.UTC) > STALE_AFTER


def _form(address: str) -> str | None:
    known = ADDRESS.fullmatch(address)
    if known is None:
        raise ValueError(f"no address of the status page: {address}")
    return known["form"]


def _file(address: str, *, old: bool = False) -> Path:
    """Where the proxy looks, too: an address that ends in a slash is the index of a folder."""
    name = address.lstrip("/")
    if _form(address) is None:
        name += "index.old.html" if old else "index.html"
    return settings.PUBLIC / name


def replace(path: Path, content: bytes) -> None:
    """Write a file beside its place and move it there in one step."""
    _make(path.parent)
    descriptor, beside = tempfile.mkstemp(dir=path.parent, prefix=".writing-")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            os.fchmod(descriptor, 0o644)  # for the proxy, which runs as somebody else
        Path(beside).replace(path)
    except BaseException:
        Path(beside).unlink(missing_ok=True)
        raise


def _make(folder: Path) -> None:
    """A folder that the proxy may look into, whatever the umask of the writer."""
    if not folder.exists():
        _make(folder.parent)
        folder.mkdir(exist_ok=True)
        folder.chmod(0o755)
