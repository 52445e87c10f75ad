from accounts.models.challenges import Captcha, Device, LoginChallenge, Ticket, WrongCode
from accounts.models.deliveries import Delivery
from accounts.models.factors import Authenticator, BackupCode, BackupSet
from accounts.models.freezes import Freeze, ThawProposal
from accounts.models.holds import Hold
from accounts.models.identity import IdentityCheck
from accounts.models.interlock import CodeAsked, StaffBrowser
from accounts.models.logins import Login
from accounts.models.passkeys import PasskeyChallenge
from accounts.models.people import Invitation, User
from accounts.models.phones import PhoneChange
from accounts.models.phrases import OfficerPhrase
from accounts.models.risk import RiskPolicy, RiskWeight
from accounts.models.sessions import NotMeLink, Session
from accounts.models.training import TrainingAcknowledged
from accounts.models.vendors import MessageVendor

__all__ = [
    "Authenticator",
    "BackupCode",
    "BackupSet",
    "Captcha",
    "CodeAsked",
    "Delivery",
    "Device",
    "Freeze",
    "Hold",
    "IdentityCheck",
    "Invitation",
    "Login",
    "LoginChallenge",
    "MessageVendor",
    "NotMeLink",
    "OfficerPhrase",
    "PasskeyChallenge",
    "PhoneChange",
    "RiskPolicy",
    "RiskWeight",
    "Session",
    "StaffBrowser",
    "ThawProposal",
    "Ticket",
    "TrainingAcknowledged",
    "User",
    "WrongCode",
]
