"""Django's admin over this app's tables: what services write is read, lenders are kept."""

from creditquery.admin import queries

__all__ = ["queries"]
