from typing import ClassVar

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from accounts.roles import Role

OFFICER = {
    f"creditquery.view_{model}"
    for model in (
        "attempt",
        "creditquery",
        "endpoint",  # and with it the operations page
        "institution",
        "loanapplication",
        "unusedanswer",
    )
}
REVEALS = {"accounts.use_admin", "creditquery.reveal_unusedanswer"}


class CreditqueryConfig(AppConfig):
    name = "creditquery"
    verbose_name = _("Credit queries")
    officer_traces = "creditquery.selectors.logins.handled"  # accounts/conflicts.py
    # What each role may do beyond the auditor's and administrator's reading (accounts/roles.py).
    role_permissions: ClassVar[dict[str, set[str]]] = {
        Role.LOAN_OFFICER: OFFICER,
        Role.RISK_OFFICER: OFFICER | REVEALS,
        Role.COMPLIANCE_OFFICER: OFFICER | REVEALS | {"creditquery.view_accesslog"},
        Role.ADMINISTRATOR: {
            f"creditquery.{act}_{model}"
            for act in ("add", "change")
            for model in ("institution", "institutioncontact", "channel", "endpoint")
        },
    }
