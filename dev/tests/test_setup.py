import subprocess
import sys

import pytest

from dev import setup


@pytest.fixture
def calls(monkeypatch):
    """Commands that set-up would run; each succeeds."""
    made: list[list[str]] = []

    def run(argv, **options):
        made.append(argv)
        return subprocess.CompletedProcess(argv, 0, stdout=b"")

    monkeypatch.setattr(setup.subprocess, "run", run)
    return made


def test_pip_runs_once_for_each_change(tmp_path, monkeypatch, calls):
    monkeypatch.setattr(setup, "CHECKOUT", tmp_path)
    monkeypatch.setattr(setup, "VENV", tmp_path)
    requirements = tmp_path / "requirements.txt"
    for content, runs in (("a==1\n", 1), ("a==1\n", 1), ("a==2\n", 2)):
        requirements.write_text(content)
        setup.install_requirements("requirements.txt")
        assert len(calls) == runs


def test_without_root_it_says_the_one_command(monkeypatch):
    monkeypatch.setattr(setup, "root_prefix", lambda: None)
    with pytest.raises(SystemExit) as stopped:
        setup.install_apt(["qpdf", "chromium"])
    assert str(stopped.value) == (
        "Missing on this machine. Run this once: "
        "sudo apt-get install --yes --no-install-recommends qpdf chromium"
    )


def test_an_old_python_is_not_enough(monkeypatch):
    assert setup.recent(sys.executable)
    monkeypatch.setattr(setup, "OLDEST", (99, 0))
    assert not setup.recent(sys.executable)
    assert not setup.recent("no-such-python")


def test_every_purpose_names_a_requirements_file():
    for requirements, _ in setup.PURPOSES.values():
        assert (setup.CHECKOUT / requirements).is_file()
