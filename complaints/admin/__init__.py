"""Django's admin over this app's tables."""

from complaints.admin import lenders

__all__ = ["lenders"]
