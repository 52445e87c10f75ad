"""Work about letters: bring an incident's up to date, and make a file that somebody wants."""

from django.utils import timezone

from complaints.letter import printing
from complaints.models import Incident
from complaints.selectors import letters as selectors
from complaints.services import letter_files, letters, parts
from complaints.services.parts import Part
from portal.work.claims import Claim


def follow(claim: Claim) -> None:
    """Lane upkeep: the letters about a part of an incident's impacts, as its newest revision has
    it. They are rows: no paper that somebody waits for is rendered behind them."""
    now = timezone.now()

    def issue(incident: Incident, part: Part) -> None:
        letters.issue(incident=incident, now=now, after=part.after, until=part.until)

    parts.perform(claim, act=issue, now=now)


def make_file(claim: Claim) -> None:
    """Lane render: the PDF of the letter that is the subject, printed and signed."""
    from portal.signing import keys  # slow to load: only who signs pays for it

    letter = letter_files.wanted(claim=claim, now=timezone.now())
    if letter is None:
        return
    signer = keys.signer()
    content = printing.signed(
        selectors.said(letter), selectors.text_of(letter), letter.content_hash, signer=signer
    )
    letter_files.keep(
        claim=claim,
        letter=letter,
        content=content,
        algorithm=signer.algorithm,
        now=timezone.now(),
    )
