from accounts.models.challenges import Captcha, Device, LoginChallenge, Ticket, WrongCode
from accounts.models.deliveries import Delivery
from accounts.models.factors import Authenticator, BackupCode, BackupSet
from accounts.models.identity import IdentityCheck
from accounts.models.logins import Login
from accounts.models.people import Invitation, User

__all__ = [
    "Authenticator",
    "BackupCode",
    "BackupSet",
    "Captcha",
    "Delivery",
    "Device",
    "IdentityCheck",
    "Invitation",
    "Login",
    "LoginChallenge",
    "Ticket",
    "User",
    "WrongCode",
]
