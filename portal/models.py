"""The tables of the portal's leaf parts, where Django looks for them."""

from portal.work.models import Work, WorkEvent

__all__ = ["Work", "WorkEvent"]
