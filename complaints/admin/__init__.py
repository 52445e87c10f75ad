"""Django's admin over this app's tables."""

from complaints.admin import compensation, extensions, incidents, lenders, letters, subscriptions

__all__ = ["compensation", "extensions", "incidents", "lenders", "letters", "subscriptions"]
