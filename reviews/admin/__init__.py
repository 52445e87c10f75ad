"""Django's admin over this app's tables: places and competences are kept, policies added; cases
and documents are on /desk/reviews/ alone, where each look is on record."""

from reviews.admin import branches, policies

__all__ = ["branches", "policies"]
