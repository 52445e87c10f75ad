"""A short form of the drill of uploads, and its judge, who must not be blind."""

import json

import pytest

from drills import uploads_judge as judge
from drills import uploads_pictures as pictures
from drills.tests.test_drills import drill
from drills.uploads_pdf import MARK, open_script, plain, planted, written


def test_what_means_harm_is_made_harmless(tmp_path):
    rows = tmp_path / "rows.jsonl"
    done = drill(tmp_path / "var", "uploads", "--n=10", "--seed=1", f"--rows={rows}")
    assert rows.exists(), done.stdout
    row = json.loads(rows.read_text())
    assert (row["operations"], row["lost"], row["doubled"]) == (10, 0, 0), done.stdout
    assert row["figures"]["active_parts"]["value"] == 0
    assert row["faults"] == {"active pdf": 10}


def test_the_judge_finds_nothing_in_an_honest_file(tmp_path):
    assert judge.active_parts(written(plain()[0]), "application/pdf", tmp_path) == []
    honest = pictures.written(pictures.drawn(), "JPEG")
    assert judge.active_parts(honest, "image/jpeg", tmp_path) == []
    assert judge.active_parts(pictures.png(), "image/png", tmp_path) == []


def test_the_judge_sees_through_names_in_numbers(tmp_path):
    data = planted(open_script).replace(MARK, b"").replace(b"/JavaScript", b"/#4AavaScript")
    assert "JavaScript" in judge.active_parts(data, "application/pdf", tmp_path)


@pytest.mark.parametrize(
    ("media_type", "data"),
    [
        ("image/jpeg", pictures.exif_jpeg(b"")),
        ("image/jpeg", pictures.written(pictures.drawn(), "JPEG") + b"<html>"),
        ("image/jpeg", pictures.written(pictures.drawn(), "JPEG")[:-2]),
        ("image/png", pictures.png(pictures.chunk(b"eXIf", b""))),
        ("image/png", pictures.png() + b"PK"),
        ("application/pdf", b"<html>" + written(plain()[0])),
        ("application/pdf", written(plain()[0]) + b"PK"),
    ],
)
def test_the_judge_sees_what_is_beside_the_pixels(media_type, data, tmp_path):
    assert judge.active_parts(data, media_type, tmp_path) != []
