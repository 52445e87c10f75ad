from recovery.models.carryings import Carrying
from recovery.models.papers import RecoveryPage, RecoveryPaper
from recovery.models.tickets import RecoveryLink, RecoveryStep, RecoveryTicket

__all__ = [
    "Carrying",
    "RecoveryLink",
    "RecoveryPage",
    "RecoveryPaper",
    "RecoveryStep",
    "RecoveryTicket",
]
