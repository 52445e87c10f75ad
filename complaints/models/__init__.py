"""The nouns of this app; one file a noun."""

from complaints.models.aftermath import LiabilityNote, PostMortem, RegulatorReport
from complaints.models.cases import Complaint, ComplaintMessage, Decision, Recusal
from complaints.models.clocks import Clock, ClockExtension, ServicePolicy
from complaints.models.compensation import Compensation, CompensationBatch, CompensationRule
from complaints.models.extensions import DeadlineExtension, ExtensionBatch, ExtensionPolicy
from complaints.models.followups import FollowUp
from complaints.models.fund import (
    Fund,
    FundChange,
    FundEntry,
    PayoutFile,
    PayoutLine,
    PayoutResults,
)
from complaints.models.incidents import (
    Component,
    Incident,
    IncidentImpact,
    IncidentRevision,
    IncidentSignal,
    IncidentUpdate,
    IncidentWindow,
)
from complaints.models.lenders import LenderNotice
from complaints.models.letters import Letter, LetterAccess, LetterFile, LetterRevocation
from complaints.models.notices import IncidentNotice
from complaints.models.policies import IncidentPolicy, ReportingRule
from complaints.models.subscriptions import Subscription, SubscriptionNotice

__all__ = [
    "Clock",
    "ClockExtension",
    "Compensation",
    "CompensationBatch",
    "CompensationRule",
    "Complaint",
    "ComplaintMessage",
    "Component",
    "DeadlineExtension",
    "Decision",
    "ExtensionBatch",
    "ExtensionPolicy",
    "FollowUp",
    "Fund",
    "FundChange",
    "FundEntry",
    "Incident",
    "IncidentImpact",
    "IncidentNotice",
    "IncidentPolicy",
    "IncidentRevision",
    "IncidentSignal",
    "IncidentUpdate",
    "IncidentWindow",
    "LenderNotice",
    "Letter",
    "LetterAccess",
    "LetterFile",
    "LetterRevocation",
    "LiabilityNote",
    "PayoutFile",
    "PayoutLine",
    "PayoutResults",
    "PostMortem",
    "Recusal",
    "RegulatorReport",
    "ReportingRule",
    "ServicePolicy",
    "Subscription",
    "SubscriptionNotice",
]
