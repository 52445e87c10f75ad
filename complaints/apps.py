from typing import ClassVar

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from accounts.roles import Role

MONEY = {
    f"complaints.view_{model}"
    for model in ("compensation", "compensationbatch", "compensationrule", "fund", "payoutfile")
}
TIME = {"complaints.view_deadlineextension", "complaints.ask_deadlineextension"}
LETTERS = {"complaints.view_letter", "complaints.propose_revocation"}
CASES = {"complaints.view_complaint", "complaints.handle_complaint"}


class ComplaintsConfig(AppConfig):
    name = "complaints"
    verbose_name = _("Incidents and complaints")
    officer_traces = "complaints.selectors.traces.handled"  # accounts/conflicts.py
    # What each role may do beyond the auditor's and administrator's reading (accounts/roles.py).
    role_permissions: ClassVar[dict[str, set[str]]] = {
        Role.LOAN_OFFICER: CASES | LETTERS | TIME | {"complaints.view_incident"},
        Role.RISK_OFFICER: MONEY
        | CASES
        | LETTERS
        | TIME
        | {
            "complaints.view_incident",
            "complaints.manage_incident",
            "complaints.propose_compensation",
        },
        # Whoever proposes money does not approve it, and an administrator does neither.
        Role.COMPLIANCE_OFFICER: MONEY
        | CASES
        | LETTERS
        | TIME
        | {
            "complaints.decide_complaint",
            "complaints.approve_compensation",
            "complaints.approve_revocation",
            "complaints.view_incident",
            "complaints.manage_incident",
            "complaints.view_liability",  # privileged: not even an auditor reads it
        },
        Role.ADMINISTRATOR: {
            "complaints.manage_incident",
            "complaints.add_extensionpolicy",
            "complaints.add_incidentpolicy",
            "complaints.add_reportingrule",
            "complaints.add_servicepolicy",
            "complaints.change_reportingrule",
        },
    }
