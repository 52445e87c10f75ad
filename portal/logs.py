"""Log lines hold no personal data and no secret address: a filter masks what slipped through."""

import logging
from typing import Any

from portal import masks

QUIET = ("axes", "fontTools", "pikepdf", "weasyprint")
MUTE = ("pyhanko", "pyhanko_certvalidator")
"""They log, with a traceback, the names in certificates that strangers upload."""


def configuration(level: str) -> dict[str, Any]:
    """Django's LOGGING: everything to the console, masked."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"mask": {"()": "portal.logs.MaskFilter"}},
        "formatters": {
            "line": {
                "()": "portal.logs.MaskFormatter",
                "format": "%(asctime)s %(levelname)s %(name)s %(message)s",
            }
        },
        "handlers": {
            "console": {"class": "logging.StreamHandler", "filters": ["mask"], "formatter": "line"}
        },
        "root": {"handlers": ["console"], "level": level},
        "loggers": {
            **{name: {"level": "WARNING"} for name in QUIET},
            **{name: {"level": "CRITICAL"} for name in MUTE},
        },
    }


class MaskFilter(logging.Filter):
    """Formats the message early and masks it; exception texts are masked by the formatter."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple) and hasattr(record, "request"):
            record.args = tuple(_place(word, record.request) for word in record.args)
        record.msg, record.args = masks.line(record.getMessage()), None
        return True


def _place(word: object, request: Any) -> object:
    """Django tells the address of each refused request, and some hold a secret: told is the route,
    or the first word where there is none."""
    if not (isinstance(word, str) and word.startswith("/")):
        return word
    found = getattr(request, "resolver_match", None)
    if found is not None:
        return f"/{found.route}"
    first, more, _rest = word[1:].partition("/")
    return f"/{first}/…" if more else word


LONGEST_LINE = 300
"""Of an exception's text: a failed template quotes its whole context, and so a whole report."""


class MaskFormatter(logging.Formatter):
    def formatException(self, ei: object) -> str:
        lines = super().formatException(ei).splitlines()  # type: ignore[arg-type]
        return masks.line("\n".join(line[:LONGEST_LINE] for line in lines))
