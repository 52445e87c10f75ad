from typing import ClassVar

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from accounts.roles import Role

DESK = {"reviews.view_reviewtask", "reviews.view_branch"}
CASES = DESK | {"reviews.work_reviewtask", "reviews.reveal_reviewtask"}

LEAD = {"reviews.lead_reviews", "reviews.view_reviewstep"}


class ReviewsConfig(AppConfig):
    name = "reviews"
    verbose_name = _("Manual review")
    officer_traces = "reviews.selectors.traces.handled"  # accounts/conflicts.py
    # What each role may do beyond the auditor's and administrator's reading (accounts/roles.py).
    # Deciding on loans is the officers' work: an administrator neither recommends nor approves.
    role_permissions: ClassVar[dict[str, set[str]]] = {
        Role.LOAN_OFFICER: CASES,
        Role.RISK_OFFICER: CASES | LEAD,
        Role.COMPLIANCE_OFFICER: DESK | LEAD,
        Role.ADMINISTRATOR: {
            "reviews.add_branch",
            "reviews.change_branch",
            "reviews.add_competence",
            "reviews.change_competence",
            "reviews.delete_competence",
            "reviews.add_reviewpolicy",
        },
    }
