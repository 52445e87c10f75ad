from creditquery.models.callbacks import Callback, CallbackNonce, CallbackRefusal
from creditquery.models.channels import Channel, Endpoint
from creditquery.models.consents import Consent, ConsentText
from creditquery.models.lenders import InstitutionContact, Membership
from creditquery.models.loans import Guarantor, Institution, LoanApplication
from creditquery.models.queries import Attempt, CreditQuery, UnusedAnswer
from creditquery.models.reports import AccessLog, CreditReport, ReportFile
from creditquery.models.shares import ReportShare

__all__ = [
    "AccessLog",
    "Attempt",
    "Callback",
    "CallbackNonce",
    "CallbackRefusal",
    "Channel",
    "Consent",
    "ConsentText",
    "CreditQuery",
    "CreditReport",
    "Endpoint",
    "Guarantor",
    "Institution",
    "InstitutionContact",
    "LoanApplication",
    "Membership",
    "ReportFile",
    "ReportShare",
    "UnusedAnswer",
]
