"""Work about letters: bring an incident's up to date, and make a file that somebody wants."""

from django.utils import timezone

from complaints import letter_printing
from complaints.models import Incident
from complaints.selectors import letters as selectors
from complaints.services import letter_files, letters
from portal.signing import keys
from portal.work import services as work
from portal.work.claims import Claim
from portal.work.states import WorkState


def follow(claim: Claim) -> None:
    """Lane render: the letters about an incident, as its newest revision has it.

    Batch after batch in short transactions; whoever takes it up after a death begins again, and
    what is written already stands.
    """
    incident, place = Incident.objects.get(pk=claim.subject), 0
    while (on := letters.issue(incident=incident, now=timezone.now(), after=place)) is not None:
        place = on
        work.extend(claim, now=timezone.now())
    with work.ending(claim, to=WorkState.DONE, now=timezone.now()):
        pass


def make_file(claim: Claim) -> None:
    """Lane render: the PDF of the letter that is the subject, printed and signed."""
    letter = letter_files.wanted(claim=claim, now=timezone.now())
    if letter is None:
        return
    signer = keys.signer()
    content = letter_printing.signed(
        selectors.said(letter), letter.document, letter.content_hash, signer=signer
    )
    letter_files.keep(
        claim=claim,
        letter=letter,
        content=content,
        algorithm=signer.algorithm,
        now=timezone.now(),
    )
