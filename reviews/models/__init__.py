from reviews.models.cases import Recusal, ReviewOutcome, ReviewStep, ReviewTask
from reviews.models.documents import Document, DocumentPage, DocumentReading
from reviews.models.policies import Branch, Competence, ReviewPolicy

__all__ = [
    "Branch",
    "Competence",
    "Document",
    "DocumentPage",
    "DocumentReading",
    "Recusal",
    "ReviewOutcome",
    "ReviewPolicy",
    "ReviewStep",
    "ReviewTask",
]
