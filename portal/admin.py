"""The portal's own pages of the admin, where Django looks for them."""

from portal.work.admin import WorkAdmin

__all__ = ["WorkAdmin"]
