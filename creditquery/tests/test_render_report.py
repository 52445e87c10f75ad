"""`manage.py render_report`: a file in, a file out, and an exit status that says what happened."""

import os
import subprocess
import sys
from pathlib import Path

import pikepdf
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from creditquery.report import printing
from creditquery.report.samples import JSON, XML, tree
from creditquery.report.synthetic import to_json


@pytest.fixture(autouse=True)
def quick(request, monkeypatch):
    """What comes out is test_printing's affair; only tests marked otherwise really print."""
    if "printed" not in request.fixturenames:
        monkeypatch.setattr(printing, "pdf", lambda document, password: b"%PDF")


@pytest.fixture
def printed():
    """Asks for a real print-out."""


@pytest.fixture
def paths(tmp_path):
    return tmp_path / "report.json", tmp_path / "report.pdf"


def refused(source: Path, target: Path, **options) -> tuple[int, str]:
    with pytest.raises(CommandError) as caught:
        call_command("render_report", source, target, **options)
    return caught.value.returncode, str(caught.value)


@pytest.mark.parametrize("content", [JSON, XML])
def test_a_report_becomes_a_pdf_and_nothing_else_is_left(paths, content, capsys):
    source, target = paths
    source.write_bytes(content)
    call_command("render_report", source, target)
    assert target.read_bytes() == b"%PDF"
    assert sorted(target.parent.iterdir()) == [source, target]
    assert target.stat().st_mode & 0o777 == 0o600
    assert capsys.readouterr() == ("", "")


def test_an_old_file_gives_way_to_the_new_one(paths):
    source, target = paths
    source.write_bytes(JSON)
    target.write_bytes(b"old")
    call_command("render_report", source, target)
    assert target.read_bytes() == b"%PDF"


@pytest.mark.parametrize("content", [b"", b"hello", b"<html/>", b"{}", b"\xff\xfe", JSON[:5000]])
def test_what_is_no_report_is_status_2(paths, content):
    source, target = paths
    source.write_bytes(content)
    target.write_bytes(b"old")
    status, sentence = refused(source, target)
    assert status == 2
    assert sentence.endswith(".")
    assert "\n" not in sentence
    assert target.read_bytes() == b"old"


def test_a_missing_file_is_status_2(paths):
    source, target = paths
    assert refused(source, target) == (2, f"{source} cannot be read: No such file or directory.")


def test_a_structure_that_the_model_does_not_know_is_status_3(paths):
    source, target = paths
    source.write_bytes(to_json({**tree(), "PZZ": {"PZ01": {"PZ010Q01": "新段"}}}))
    assert refused(source, target)[0] == 3
    assert not target.exists()


def test_a_place_that_cannot_be_written_is_named(paths, tmp_path):
    source, _ = paths
    source.write_bytes(JSON)
    target = tmp_path / "missing" / "report.pdf"
    wanted = (1, f"{target} cannot be written: No such file or directory.")
    assert refused(source, target) == wanted


def test_a_short_password_is_refused(paths, printed):
    source, target = paths
    source.write_bytes(JSON)
    assert refused(source, target, password="123456789") == (
        1,
        "The password wants 10 or more printable characters, at most 127 bytes.",
    )


def test_it_prints_with_no_database_no_redis_and_no_network(paths):
    """As a process of its own, with every address a dead one."""
    source, target = paths
    source.write_bytes(JSON)
    nowhere = {"DATABASE_URL": "postgres://a:b@127.0.0.1:1/a", "REDIS_URL": "redis://127.0.0.1:1"}
    done = subprocess.run(
        [sys.executable, "manage.py", "render_report", source, target, "--password", "a" * 10],
        cwd=settings.BASE_DIR,
        env={**os.environ, **nowhere},
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    with pytest.raises(pikepdf.PasswordError):
        pikepdf.open(target)
    assert len(pikepdf.open(target, password="a" * 10).pages) > 10


def test_a_refusal_is_one_line_without_traceback(paths):
    source, target = paths
    source.write_bytes(b"hello")
    command = [sys.executable, "manage.py", "render_report", source, target]
    done = subprocess.run(command, cwd=settings.BASE_DIR, capture_output=True, check=False)
    assert done.returncode == 2
    assert done.stdout == b""
    assert done.stderr.count(b"\n") == 1
