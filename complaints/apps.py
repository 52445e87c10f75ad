from typing import ClassVar

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from accounts.roles import Role


class ComplaintsConfig(AppConfig):
    name = "complaints"
    verbose_name = _("Incidents and complaints")
    # What each role may do beyond the auditor's and administrator's reading (accounts/roles.py).
    role_permissions: ClassVar[dict[str, set[str]]] = {
        Role.LOAN_OFFICER: {"complaints.view_incident"},
        Role.RISK_OFFICER: {"complaints.view_incident", "complaints.manage_incident"},
        Role.COMPLIANCE_OFFICER: {
            "complaints.view_incident",
            "complaints.manage_incident",
            "complaints.view_liability",  # privileged: not even an auditor reads it
        },
        Role.ADMINISTRATOR: {
            "complaints.manage_incident",
            "complaints.add_incidentpolicy",
            "complaints.add_reportingrule",
            "complaints.change_reportingrule",
        },
    }
