"""Django's admin over this app's tables."""

from complaints.admin import (
    cases,
    compensation,
    extensions,
    incidents,
    lenders,
    letters,
    policies,
    subscriptions,
)

__all__ = [
    "cases",
    "compensation",
    "extensions",
    "incidents",
    "lenders",
    "letters",
    "policies",
    "subscriptions",
]
