from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PortalConfig(AppConfig):
    name = "portal"
    verbose_name = _("Portal")
    # Granted by name: the roles themselves live to the right of the portal.
    role_permissions = {
        "administrator": frozenset(
            {"portal.retry_work", "portal.force_route", "portal.add_workcalendarday"}
        )
    }
