"""Which site is the admin: apart from the site itself, whose imports need every app to be there."""

from django.contrib.admin.apps import AdminConfig


class PortalAdminConfig(AdminConfig):
    default_site = "accounts.adminsite.PortalAdminSite"
