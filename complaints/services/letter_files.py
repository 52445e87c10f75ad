"""The one file of a letter: ordered when first wanted, kept sealed, never made again."""

import datetime as dt
import hashlib

from django.db import transaction

from accounts.models import User
from complaints.models import Letter, LetterAccess, LetterFile
from complaints.states.letters import AccessKind, LetterState
from evidence.services import record
from portal.work import services as work
from portal.work.services import Claim, WorkState
from portal.work.states import Lane

MAKE_FILE = "complaints.tasks.letters.make_file"


def want(*, letter: Letter, now: dt.datetime) -> bool:
    """Order the file unless it is there or ordered; whether it will be there.

    A letter that ended before anybody wanted its paper gets none: its successor does.
    """
    if LetterFile.objects.filter(letter=letter).exists():
        return True
    if letter.state != LetterState.ISSUED:
        return False
    key = f"letter-file@{letter.pk}"
    work.add(kind=MAKE_FILE, subject=letter.serial, lane=Lane.RENDER, now=now, dedup_key=key)
    return True


def wanted(*, claim: Claim, now: dt.datetime) -> Letter | None:
    """The letter whose file this work makes; None, and the work done, when there is one already."""
    letter = Letter.objects.get(serial=claim.subject)
    if not LetterFile.objects.filter(letter=letter).exists():
        return letter
    with work.ending(claim, to=WorkState.DONE, now=now, reason="made already"):
        return None


def keep(
    *, claim: Claim, letter: Letter, content: bytes, algorithm: str, now: dt.datetime
) -> LetterFile:
    """Keep the signed file and end the work: of two that were made at once the first one stays."""
    with transaction.atomic(), work.ending(claim, to=WorkState.DONE, now=now):
        Letter.objects.select_for_update().only("pk").get(pk=letter.pk)
        known = LetterFile.objects.filter(letter=letter).first()
        return known or put(letter=letter, content=content, algorithm=algorithm, now=now)


def put(*, letter: Letter, content: bytes, algorithm: str, now: dt.datetime) -> LetterFile:
    """The row and its evidence, in the caller's transaction."""
    file = LetterFile.objects.create(
        letter=letter,
        content=content,
        sha256=hashlib.sha256(content).hexdigest(),
        algorithm=algorithm,
        made_at=now,
    )
    body = {"sha256": file.sha256, "content_hash": letter.content_hash, "algorithm": algorithm}
    record(kind="complaints.letterfile.made", subject=letter.serial, body=body, now=now)
    return file


def look(*, letter: Letter, actor: User, action: str, now: dt.datetime) -> None:
    """Register that somebody opened or downloaded a letter; its borrower sees it."""
    with transaction.atomic():
        LetterAccess.objects.create(letter=letter, actor=actor, action=action, at=now)
        if action == AccessKind.DOWNLOADED:
            body = {"actor": actor.pk, "role": actor.role}
            record(kind="complaints.letter.downloaded", subject=letter.serial, body=body, now=now)
