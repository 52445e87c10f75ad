from creditquery.models.consents import Consent, ConsentText
from creditquery.models.loans import Guarantor, Institution, LoanApplication
from creditquery.models.queries import Attempt, CreditQuery, UnusedAnswer
from creditquery.models.reports import AccessLog, CreditReport, ReportFile

__all__ = [
    "AccessLog",
    "Attempt",
    "Consent",
    "ConsentText",
    "CreditQuery",
    "CreditReport",
    "Guarantor",
    "Institution",
    "LoanApplication",
    "ReportFile",
    "UnusedAnswer",
]
