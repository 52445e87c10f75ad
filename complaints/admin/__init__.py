"""Django's admin over this app's tables."""

from complaints.admin import compensation, lenders

__all__ = ["compensation", "lenders"]
