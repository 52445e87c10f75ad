from accounts.models.challenges import Captcha, Device, LoginChallenge, Ticket, WrongCode
from accounts.models.deliveries import Delivery
from accounts.models.factors import Authenticator, BackupCode, BackupSet
from accounts.models.identity import IdentityCheck
from accounts.models.interlock import CodeAsked, StaffBrowser
from accounts.models.logins import Login
from accounts.models.people import Invitation, User
from accounts.models.phrases import OfficerPhrase
from accounts.models.training import TrainingAcknowledged

__all__ = [
    "Authenticator",
    "BackupCode",
    "BackupSet",
    "Captcha",
    "CodeAsked",
    "Delivery",
    "Device",
    "IdentityCheck",
    "Invitation",
    "Login",
    "LoginChallenge",
    "OfficerPhrase",
    "StaffBrowser",
    "Ticket",
    "TrainingAcknowledged",
    "User",
    "WrongCode",
]
