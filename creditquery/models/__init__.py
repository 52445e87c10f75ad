from creditquery.models.channels import Channel, Endpoint
from creditquery.models.consents import Consent, ConsentText
from creditquery.models.loans import Guarantor, Institution, LoanApplication
from creditquery.models.queries import Attempt, CreditQuery, UnusedAnswer
from creditquery.models.reports import AccessLog, CreditReport, ReportFile

__all__ = [
    "AccessLog",
    "Attempt",
    "Channel",
    "Consent",
    "ConsentText",
    "CreditQuery",
    "CreditReport",
    "Endpoint",
    "Guarantor",
    "Institution",
    "LoanApplication",
    "ReportFile",
    "UnusedAnswer",
]
