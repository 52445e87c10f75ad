"""Log lines never hold personal data: a filter masks what slipped through."""

import logging

from portal import masks


class MaskFilter(logging.Filter):
    """Formats the message early and masks it; exception texts are masked by the formatter."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = masks.line(record.getMessage()), None
        return True


class MaskFormatter(logging.Formatter):
    def formatException(self, ei: object) -> str:
        return masks.line(super().formatException(ei))  # type: ignore[arg-type]
