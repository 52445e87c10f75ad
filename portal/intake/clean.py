"""A stranger's file made harmless: `clean` gives pictures of its pages and a rebuilt copy.

Officers never see the file itself, only what comes from here. What is in a copy is what the lists
of portal/intake/shapes.py name; all else is left out, also what nobody has thought of yet.
"""

import logging

from portal.database import release_connection
from portal.gateway import Unavailable
from portal.intake import jail, wire
from portal.intake.cleaned import Cleaned, Page, Word
from portal.intake.kinds import Kind, kind_of
from portal.intake.limits import LIMITS, Limits
from portal.intake.refusals import IntakeRefused

__all__ = [
    "LIMITS", "Cleaned", "IntakeRefused", "Kind", "Limits", "Page", "Word", "clean", "kind_of",
]  # fmt: skip

log = logging.getLogger(__name__)


def clean(data: bytes, *, password: str | None = None, limits: Limits = LIMITS) -> Cleaned:
    """Rebuild a PDF, JPEG, PNG or HEIC in a child process; takes at most `limits.seconds`.

    Raises IntakeRefused with a code of the error catalogue, and Unavailable when this machine was
    too busy to tell: then it is tried again. `password` opens a PDF that has one; its copy is open.
    """
    if not data:
        raise IntakeRefused("upload-empty")
    if len(data) > limits.most_bytes:
        raise IntakeRefused("upload-too-big")
    kind = kind_of(data)
    release_connection()
    try:
        answer = jail.run(
            wire.job(data, kind=kind, password=password, limits=limits), limits=limits
        )
        return wire.read_result(answer, kind=kind, limits=limits)
    except jail.Overrun:
        raise IntakeRefused("upload-too-slow") from None
    except jail.Starved:
        raise Unavailable("busy machine", sent=False) from None
    except jail.Crashed as error:
        log.warning("a file of kind %s ended the child that read it: %s", kind.value, error)
        raise IntakeRefused("upload-damaged") from None
    except wire.Garbled as error:
        log.warning("a file of kind %s was not read: %s", kind.value, error.reason)
        raise IntakeRefused("upload-damaged") from None
