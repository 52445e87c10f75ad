"""Django's admin over this app's tables: what services write is read, lenders and channels are
kept."""

from creditquery.admin import callbacks, channels, lenders, queries

__all__ = ["callbacks", "channels", "lenders", "queries"]
