from typing import ClassVar

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from accounts.roles import Role

DECIDES = {"recovery.view_recoveryticket", "recovery.decide_recovery"}


class RecoveryConfig(AppConfig):
    name = "recovery"
    verbose_name = _("Recovery by people")
    # Beyond the auditor's and administrator's reading (accounts/roles.py). A loan officer knows
    # the borrower and gains by the loan: no part in it.
    role_permissions: ClassVar[dict[str, set[str]]] = {
        Role.RISK_OFFICER: DECIDES,
        Role.COMPLIANCE_OFFICER: DECIDES,
    }
