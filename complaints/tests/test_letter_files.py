"""The paper of a letter: made once, signed, and true to its data; one byte changed is seen."""

import hashlib
import io
import json
import subprocess
import sys

import pikepdf
import pytest
from django.utils import timezone

from complaints.letter import printing, serials
from complaints.models import Letter, LetterFile
from complaints.selectors import letters as selectors
from complaints.services import letter_files, letters
from complaints.services.letter_moves import end
from complaints.tests.people import touched
from creditquery.tests.conftest import reasons_of_trouble, work_off
from evidence.models import Record
from portal.signing import keys, pades
from portal.work import services as work
from portal.work.models import Work
from portal.work.states import Lane


@pytest.fixture
def letter(outage, person, query, now) -> Letter:
    return letters.issue_one(impact=touched(outage(), person, query), now=now)


@pytest.fixture
def made(letter) -> bytes:
    """The file of the letter, made by the lane that makes them."""
    letter_files.want(letter=letter, now=timezone.now())
    work_off(Lane.RENDER)
    assert reasons_of_trouble() == []
    content = selectors.content_of(letter)
    assert content is not None
    return content


def text(content: bytes) -> str:
    command = ["pdftotext", "-layout", "-", "-"]
    shown = subprocess.run(command, input=content, capture_output=True, check=True).stdout
    return shown.decode()


def test_the_paper_says_in_both_languages_what_the_data_says(letter, made):
    said, shown = selectors.said(letter), text(made)
    joined = "".join(shown.split())
    for printed in (
        "情况说明函",
        "王小二",
        "110************02X",
        said["incident"]["number"],
        said["query"]["request_no"],
        "2小时0分1秒",
        "征信业管理条例",
        letter.content_hash,
        printing.verification(letter.serial),
    ):
        assert "".join(printed.split()) in joined, printed
    assert "Statement of delay" in shown
    assert serials.grouped(letter.serial) in shown
    assert "2 h 0 min 1 s" in shown
    assert "第十六条" not in shown


def test_the_data_travels_in_the_file_and_hashes_to_what_is_printed(letter, made):
    with pikepdf.open(io.BytesIO(made)) as opened:
        data = opened.attachments[printing.DATA].get_file().read_bytes()
    assert hashlib.sha256(data).hexdigest() == letter.content_hash
    assert json.loads(data)["serial"] == letter.serial


def test_pyhanko_agrees_that_the_signature_holds_and_that_one_byte_breaks_it(made, tmp_path):
    good, bad, root = (tmp_path / name for name in ("good.pdf", "bad.pdf", "root.pem"))
    changed = bytearray(made)
    changed[len(made) // 3] ^= 1
    good.write_bytes(made)
    bad.write_bytes(bytes(changed))
    root.write_bytes(_pem(keys.trust().letters[0]))
    command = [sys.executable, "-m", "pyhanko", "sign", "validate", "--pretty-print"]
    command += ["--trust", str(root), "--trust-replace"]
    results = {
        path.name: subprocess.run(
            [*command, str(path)], capture_output=True, text=True, check=False
        )
        for path in (good, bad)
    }
    assert results["good.pdf"].returncode == 0, results["good.pdf"]
    assert "The signature is judged VALID." in results["good.pdf"].stdout
    assert results["bad.pdf"].returncode != 0


def _pem(der: bytes) -> bytes:
    command = ["openssl", "x509", "-inform", "der"]
    return subprocess.run(command, input=der, capture_output=True, check=True).stdout


@pytest.mark.parametrize("share", [0.01, 0.2, 0.5, 0.8, 0.999])
def test_the_verdict_sees_one_changed_byte_wherever_it_is(made, share):
    now = timezone.now()
    assert pades.verify(made, keys.trust(), now=now).good
    changed = bytearray(made)
    changed[int(len(made) * share)] ^= 1
    assert not pades.verify(bytes(changed), keys.trust(), now=now).good


def test_the_file_is_made_once_however_often_it_is_wanted(letter, made):
    for _again in range(3):
        assert letter_files.want(letter=letter, now=timezone.now())
    assert work_off(Lane.RENDER) == 0
    assert selectors.content_of(letter) == made
    record = Record.objects.get(kind="complaints.letterfile.made", subject=letter.serial)
    assert record.body["sha256"] == hashlib.sha256(made).hexdigest()


def test_of_two_that_are_made_at_once_the_first_one_stays(letter, now):
    kind = letter_files.MAKE_FILE
    for _twice in range(2):
        work.add(kind=kind, subject=letter.serial, lane=Lane.RENDER, now=now)
    first, second = work.claim(lane=Lane.RENDER, now=timezone.now(), holder="test", limit=2)
    for claim, content in ((first, b"first"), (second, b"second")):
        letter_files.keep(claim=claim, letter=letter, content=content, algorithm="test", now=now)
    assert LetterFile.objects.get().content == b"first"
    assert set(Work.objects.filter(kind=kind).values_list("state", flat=True)) == {"done"}


def test_a_letter_that_ended_before_anybody_wanted_its_paper_gets_none(letter, now):
    end([letter], to="revoked", ending="not_touched", now=now)
    assert not letter_files.want(letter=letter, now=now)
    assert not Work.objects.filter(kind=letter_files.MAKE_FILE).exists()


# --- Rare names -----------------------------------------------------------------------------


def drawn(content: bytes, path) -> set[int]:
    """The grey levels of the first page, so that a blank one is told from a written one."""
    source = path / "letter.pdf"
    source.write_bytes(content)
    command = ["pdftoppm", "-r", "60", "-gray", "-singlefile", source, path / "page"]
    subprocess.run(command, check=True)
    return set((path / "page.pgm").read_bytes()[20:])


@pytest.mark.parametrize("name", ["王𡌴", "李𫰠", "张𱖎", "〇一", "买买提·艾力"])
def test_rare_names_print_as_themselves(outage, make_person, name, now, tmp_path):
    someone = make_person("13800000009", name=name)
    letter = letters.issue_one(impact=touched(outage(), someone), now=now)
    said = selectors.said(letter)
    content = printing.signed(said, letter.document, letter.content_hash, signer=keys.signer())
    assert said["missing_glyphs"] == []
    assert name in text(content).replace("\n", "")
    assert len(drawn(content, tmp_path)) > 10


def test_a_name_that_no_font_has_is_spelt_and_the_letter_says_so(outage, make_person, now):
    someone = make_person("13800000009", name="王\ue123")
    letter = letters.issue_one(impact=touched(outage(), someone), now=now)
    said = selectors.said(letter)
    content = printing.signed(said, letter.document, letter.content_hash, signer=keys.signer())
    assert said["borrower"]["name"] == "王\ue123"
    assert said["missing_glyphs"] == ["〔U+E123〕"]
    shown = text(content).replace("\n", "")
    assert "王〔U+E123〕" in shown
    assert "暂无字形的以统一码编号代替：〔U+E123〕" in shown.replace(" ", "")
