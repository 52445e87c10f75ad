"""Django's admin over this app's tables."""

from complaints.admin import compensation, extensions, lenders

__all__ = ["compensation", "extensions", "lenders"]
