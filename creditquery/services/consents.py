"""Writing down what a person agreed to."""

import datetime as dt
import hashlib
import secrets

from django.conf import settings

from accounts.selectors import Identity
from creditquery.consent_wordings import in_force
from creditquery.models import Consent, ConsentText, CreditQuery, LoanApplication
from evidence.leaf import canonical
from evidence.services import record


class WordingChanged(Exception):
    """A published text was edited in place: give the new wording a new version."""


def current_text(*, purpose: str, now: dt.datetime) -> ConsentText:
    """The wording in force, published the first time that anybody signs it."""
    wording = in_force(purpose)
    text, _made = ConsentText.objects.get_or_create(
        purpose=purpose,
        version=wording.version,
        defaults={
            "text_zh": wording.zh,
            "text_en": wording.en,
            "sha256": wording.sha256,
            "published_at": now,
        },
    )
    if text.sha256 != wording.sha256:
        raise WordingChanged(f"{purpose} {wording.version}")
    return text


def written_out(*, loan: LoanApplication, purpose: str, language: str) -> str:
    """The text for one loan, as shown before signing and stored after."""
    return in_force(purpose).written_out(
        language,
        recipient=loan.institution.name,
        reference=loan.reference,
        valid_days=str(settings.CONSENT_VALID_DAYS),
        keep_days=str(settings.REPORT_KEEP_DAYS),
    )


def write(
    *, query: CreditQuery, identity: Identity, language: str, signed_with: str, now: dt.datetime
) -> Consent:
    """The signed consent, its hash in the evidence log; in the caller's transaction."""
    text = current_text(purpose=query.purpose, now=now)
    institution = query.loan.institution
    document = canonical(
        {
            "request_no": query.request_no,
            "person": [identity.name, identity.id_type, identity.id_number],
            "purpose": query.purpose,
            "recipient": [institution.name, institution.code],
            "loan": query.loan.reference,
            "text_version": text.version,
            "text_sha256": text.sha256,
            "language": language,
            "text": written_out(loan=query.loan, purpose=query.purpose, language=language),
            "signed_at": now.isoformat(),
            "signed_with": signed_with,
            # Without the salt the hash could be tried out against a list of people.
            "salt": secrets.token_hex(16),
        }
    )
    consent = Consent.objects.create(
        reference=f"C-{query.request_no}",
        person_id=query.person_id,
        purpose=query.purpose,
        recipient=institution,
        text=text,
        language=language,
        document=document.decode(),
        sha256=hashlib.sha256(document).hexdigest(),
        signed_with=signed_with,
        signed_at=now,
        expires_at=now + dt.timedelta(days=settings.CONSENT_VALID_DAYS),
    )
    body = {"sha256": consent.sha256, "text_sha256": text.sha256, "purpose": query.purpose}
    record(kind="creditquery.consent.signed", subject=query.request_no, body=body, now=now)
    return consent
