"""A third platform passes the kit, and each thing that it may do wrong is found by its check."""

from collections.abc import Callable

import pytest

from creditquery.conformance.checks import CHECKS
from creditquery.conformance.kit import Finding, Subject, Verdict, run
from creditquery.gateways.inquiry import Access, Gateway
from creditquery.tests.third_platform import SECRET, Broken, Credulous, Third, Vague, platform


def findings(
    url: str,
    *,
    adapter: Callable[[], Gateway] = Third,
    kind: str = "idempotent",
    secrets: tuple[str, ...] = (SECRET,),
    seconds: float = 10,
) -> list[Finding]:
    access = Access("third", "only", url, "T0000000000001", secrets)
    return list(run(Subject(adapter, access, kind, seconds=seconds), CHECKS))


def by_verdict(found: list[Finding], verdict: Verdict) -> set[str]:
    return {each.check for each in found if each.verdict is verdict}


def test_a_third_platform_is_one_adapter_and_a_pass_of_the_kit() -> None:
    with platform() as url:
        found = findings(url)
    assert by_verdict(found, Verdict.FAILED) == set()
    assert by_verdict(found, Verdict.SKIPPED) == {"encryption", "rotation"}
    assert len(found) == len(CHECKS)


@pytest.mark.parametrize(
    ("kind", "skipped"),
    [
        ("inquiry_by_ref", {"duplicate number", "other content"}),
        ("blind", {"duplicate number", "other content"}),
    ],
)
def test_what_a_kind_does_not_promise_is_not_demanded(kind: str, skipped: set[str]) -> None:
    with platform(kind=kind) as url:
        found = findings(url, kind=kind)
    assert by_verdict(found, Verdict.FAILED) == set()
    assert by_verdict(found, Verdict.SKIPPED) == {"encryption", "rotation", *skipped}


@pytest.mark.parametrize(
    ("fault", "checks"),
    [
        ("shut", {"status and keys"}),
        ("clock-off", {"status and keys", "clock"}),
        ("takes-any-signature", {"signature"}),
        ("takes-replays", {"replay"}),
        ("takes-any-time", {"clock"}),
        ("takes-anything", {"malformed"}),
        ("records-what-it-refuses", {"malformed"}),
        ("takes-any-size", {"oversized"}),
        ("any-consent", {"final refusal"}),
        ("wrong-person", {"inquiry and asking"}),
        ("calls-it-another", {"inquiry and asking"}),
        ("unreadable", {"inquiry and asking"}),
        ("forgets", {"inquiry and asking", "other content"}),
        ("doubles", {"duplicate number"}),
        ("mixes-contents", {"other content"}),
        (
            "invents",
            {"tampered answer", "unknown number", "sessions", "malformed", "oversized"},
        ),
    ],
)
def test_each_fault_is_found(fault: str, checks: set[str]) -> None:
    with platform(fault) as url:
        assert by_verdict(findings(url), Verdict.FAILED) == checks


def test_a_platform_that_does_not_answer_in_time_passes_nothing_but_its_status() -> None:
    with platform("slow") as url:
        found = findings(url, seconds=0.2)
    assert by_verdict(found, Verdict.PASSED) == {"status and keys"}
    assert "no usable answer: timeout" in {each.sentence for each in found}


def test_a_mistake_in_the_adapter_is_a_finding() -> None:
    with platform() as url:
        found = findings(url, adapter=Broken)
    assert found[6] == Finding("unknown number", Verdict.FAILED, "the adapter broke: KeyError")


def test_a_blind_platform_must_not_tell() -> None:
    with platform("tells-though-blind", kind="blind") as url:
        assert "unknown number" in by_verdict(findings(url, kind="blind"), Verdict.FAILED)


@pytest.mark.parametrize(
    ("adapter", "checks"), [(Credulous, {"tampered answer"}), (Vague, {"clock"})]
)
def test_an_adapter_s_own_fault_is_found(adapter: type[Third], checks: set[str]) -> None:
    with platform() as url:
        assert by_verdict(findings(url, adapter=adapter), Verdict.FAILED) == checks


def test_a_next_secret_that_is_not_registered_is_found() -> None:
    with platform() as url:
        found = findings(url, secrets=(SECRET, "not registered yet"))
    assert by_verdict(found, Verdict.FAILED) == {"rotation"}


def test_nobody_there() -> None:
    found = findings("http://127.0.0.1:9/third")
    assert found[0].verdict is Verdict.FAILED
    assert found[0].sentence == "no usable answer: connection: ConnectionRefusedError"
