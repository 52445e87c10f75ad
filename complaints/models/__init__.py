"""The nouns of this app; one file a noun."""

from complaints.models.aftermath import LiabilityNote, PostMortem, RegulatorReport
from complaints.models.compensation import Compensation, CompensationBatch, CompensationRule
from complaints.models.fund import Fund, FundChange, FundEntry, PayoutFile, PayoutLine
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
from complaints.models.policies import IncidentPolicy, ReportingRule

__all__ = [
    "Compensation",
    "CompensationBatch",
    "CompensationRule",
    "Component",
    "Fund",
    "FundChange",
    "FundEntry",
    "Incident",
    "IncidentImpact",
    "IncidentPolicy",
    "IncidentRevision",
    "IncidentSignal",
    "IncidentUpdate",
    "IncidentWindow",
    "LenderNotice",
    "LiabilityNote",
    "PayoutFile",
    "PayoutLine",
    "PostMortem",
    "RegulatorReport",
    "ReportingRule",
]
