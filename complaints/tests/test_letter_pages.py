"""Pages of letters: the borrower's own, everybody's verification, the officers' desk."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from complaints.letter import serials
from complaints.models import Letter, LetterAccess, LetterRevocation
from complaints.selectors import letters as selectors
from complaints.services import letter_files, letters
from complaints.tests.people import touched
from complaints.views import verify
from creditquery.tests.conftest import log_in, work_off
from creditquery.tests.staff import member
from portal.work.states import Lane


@pytest.fixture
def letter(outage, person, query, now) -> Letter:
    return letters.issue_one(impact=touched(outage(), person, query), now=now)


@pytest.fixture
def file(letter) -> bytes:
    letter_files.want(letter=letter, now=timezone.now())
    work_off(Lane.RENDER)
    content = selectors.content_of(letter)
    assert content is not None
    return content


def test_an_outage_without_a_letter_has_a_button_that_brings_it(browser, outage, person, query):
    impact = touched(outage(), person, query)
    ask = reverse("complaints:letter-ask", args=[impact.pk])
    assert ask in browser.get(reverse("complaints:letters")).content.decode()
    answer = browser.post(ask)
    letter = Letter.objects.get()
    assert answer["Location"] == reverse("complaints:letter", args=[letter.serial])
    shown = browser.get(reverse("complaints:letters")).content.decode()
    assert ask not in shown
    assert letter.number in shown


def test_whoever_opens_a_letter_wants_its_paper_and_gets_it(browser, letter):
    page, paper = f"/en/letters/{letter.serial}/", f"/en/letters/{letter.serial}.pdf"
    assert "is being made" in browser.get(page).content.decode()
    assert browser.get(paper)["Location"] == page
    work_off(Lane.RENDER)
    assert paper in browser.get(page).content.decode()
    answer = browser.get(paper)
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer.content == selectors.content_of(letter)
    assert LetterAccess.objects.get().action == "downloaded"
    assert "downloaded" in browser.get(page).content.decode()


def test_somebody_elses_letter_is_not_there(make_person, letter, outage, person):
    other = log_in(Client(), make_person("13800000003"))
    for name in ("letter", "letter-pdf", "letter-file-json"):
        address = reverse(f"complaints:{name}", args=[letter.serial])
        assert other.get(address).status_code == 404
    assert other.post(reverse("complaints:letter-ask", args=[letter.impact_id])).status_code == 404


# --- Verification ---------------------------------------------------------------------------


def test_a_stranger_sees_that_it_is_valid_and_only_what_is_masked(client, letter, person):
    typed = serials.grouped(letter.serial).lower()
    answer = client.post("/en/verify/", {"serial": typed}, follow=True)
    shown = answer.content.decode()
    assert answer.redirect_chain[-1][0] == f"/en/verify/{letter.serial}/"
    assert "This letter is valid" in shown
    assert "王*二" in shown
    assert letter.content_hash in shown
    for hidden in (person.name, "02X", letter.loan.reference, letter.query.request_no):
        assert hidden not in shown


@pytest.mark.parametrize(
    ("typed", "says"),
    [("0000-0000", "not the number of a letter"), ("0" * 20, "issued no letter of this number")],
)
def test_a_wrong_and_an_unknown_number_say_which(client, db, typed, says):
    answer = client.get(f"/en/verify/{typed}/")
    assert answer.status_code == 404
    assert says in answer.content.decode()


def test_a_superseded_letter_leads_to_the_one_in_its_place(client, outage, person, query, now):
    incident = outage()
    impact = touched(incident, person, query)
    old = letters.issue_one(impact=impact, now=now)
    impact.touched_until = now
    impact.save(update_fields=["touched_until"])
    new = letters.issue_one(impact=impact, now=now)
    shown = client.get(f"/en/verify/{old.serial}/").content.decode()
    assert "This letter was superseded" in shown
    assert new.serial in shown
    assert "This letter is valid" not in shown


def upload(client: Client, letter: Letter, content: bytes) -> str:
    sent = SimpleUploadedFile("letter.pdf", content, content_type="application/pdf")
    return client.post(f"/en/verify/{letter.serial}/", {"file": sent}).content.decode()


def test_the_file_is_compared_byte_for_byte_and_its_signature_read(client, letter, file):
    shown = upload(client, letter, file)
    assert "This is the file that we issued" in shown
    assert "Signature: unbroken, made by" in shown
    changed = bytearray(file)
    changed[2000] ^= 1
    shown = upload(client, letter, bytes(changed))
    assert "This is not the file that we issued" in shown
    assert "Signature: broken" in shown


@pytest.mark.parametrize(
    "content",
    [b"", b"%PDF-1.7", b"/ByteRange [0 1 2 3]" * 2, b"/ByteRange [0 23 25 1]<00>", b"\0" * 9999],
)
def test_what_is_no_letter_is_told_so(client, letter, file, content):
    assert "Signature: none that can be read" in upload(client, letter, content)


def test_a_file_over_a_megabyte_is_refused(client, letter):
    assert "larger than 1 MB" in upload(client, letter, b"%" * (1024 * 1024 + 1))


def test_who_tries_many_numbers_waits(client, db, monkeypatch):
    monkeypatch.setattr(verify, "CHECKS_A_MINUTE", 2)
    client.defaults["REMOTE_ADDR"] = "203.0.113.9"
    codes = [client.get(f"/en/verify/{'0' * 20}/").status_code for _ in range(3)]
    assert codes == [404, 404, 429]


# --- The desk -------------------------------------------------------------------------------


def test_a_letter_is_found_by_its_number_and_what_it_says_stays_sealed(letter, person):
    desk = member(Role.RISK_OFFICER)
    found = desk.get("/en/desk/letters/", {"serial": letter.number}).content.decode()
    assert letter.number in found
    shown = desk.get(f"/en/desk/letters/{letter.serial}/").content.decode()
    assert letter.content_hash in shown
    assert person.name not in shown


def test_one_proposes_to_revoke_and_another_decides(letter, client):
    risk, compliance = member(Role.RISK_OFFICER), member(Role.COMPLIANCE_OFFICER)
    page = f"/en/desk/letters/{letter.serial}/"
    assert "Propose to revoke it" in risk.get(page).content.decode()
    risk.post(f"{page}revoke/", {"reason": "issued about a test"})
    revocation = LetterRevocation.objects.get()
    decide = f"/en/desk/letters/revocations/{revocation.pk}/"
    assert decide in compliance.get("/en/desk/letters/").content.decode()
    assert risk.get(decide).status_code == 403
    compliance.post(decide, {"decision": "approve"})
    letter.refresh_from_db()
    assert (letter.state, letter.ending) == ("revoked", "officer")
    assert "This letter was revoked" in client.get(f"/en/verify/{letter.serial}/").content.decode()


@pytest.mark.parametrize("role", [Role.LOAN_OFFICER, Role.ADMINISTRATOR, Role.AUDITOR])
def test_no_other_role_approves(letter, role):
    proposer = member(Role.RISK_OFFICER)
    proposer.post(f"/en/desk/letters/{letter.serial}/revoke/", {"reason": "issued about a test"})
    decide = f"/en/desk/letters/revocations/{LetterRevocation.objects.get().pk}/"
    assert member(role).post(decide, {"decision": "approve"}).status_code == 403
    letter.refresh_from_db()
    assert letter.state == "issued"
