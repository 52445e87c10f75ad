from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from accounts.roles import Role

HOLDS = {"accounts.view_hold", "accounts.settle_hold", "accounts.view_login"}
PHRASE = "accounts.view_officerphrase"
RISK = {"accounts.view_riskpolicy", "accounts.publish_riskpolicy"}


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("Accounts")
    officer_traces = "accounts.selectors.holds.handled"  # accounts/conflicts.py
    role_permissions = {
        Role.ADMINISTRATOR: {
            "accounts.use_admin",
            "accounts.invite_staff",
            "accounts.issue_ticket",
            "accounts.change_messagevendor",
        },
        Role.AUDITOR: {"accounts.use_admin"},
        Role.LOAN_OFFICER: {"accounts.issue_ticket", PHRASE},
        Role.RISK_OFFICER: HOLDS
        | RISK
        | {PHRASE, "accounts.add_riskpolicy", "accounts.change_riskpolicy"},
        Role.COMPLIANCE_OFFICER: HOLDS
        | RISK
        | {
            PHRASE,
            "accounts.issue_ticket",
            "accounts.thaw_account",
            "accounts.view_codeasked",
            "accounts.view_freeze",
        },
    }
