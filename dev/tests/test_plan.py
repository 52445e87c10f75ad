from dev import plan
from dev.guard import groups_left
from portal.work.states import Lane


def test_addresses_follow_the_port(monkeypatch):
    names = ("SITE_URL", "PBOC_BASE_URL", "BANK_BASE_URL", "EMAIL_URL", "RECEIPT_URL")
    for name in (*names, "BANK_CALLBACK_URL", "RECEIPT_TOKEN", "CALLBACK_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    environment = plan.environment(9100)
    assert environment["SITE_URL"] == "http://127.0.0.1:9100"
    assert environment["PBOC_BASE_URL"] == "http://127.0.0.1:9101/pboc"
    assert environment["BANK_BASE_URL"] == "http://127.0.0.1:9101/bank"
    assert environment["BANK_CALLBACK_URL"] == (
        "http://127.0.0.1:9100/callbacks/bank/development-callback-token/"
    )
    assert environment["EMAIL_URL"] == "smtp://127.0.0.1:9102"
    assert environment["SIMULATOR_PORT"] == "9101"
    assert environment["RECEIPT_URL"] == (
        "http://127.0.0.1:9100/receipts/aliyun/development-receipt-token/"
    )


def test_a_given_address_stays(monkeypatch):
    monkeypatch.setenv("PBOC_BASE_URL", "https://bureau.example")
    assert plan.environment(9100)["PBOC_BASE_URL"] == "https://bureau.example"


def test_every_lane_has_its_worker():
    assert set(plan.LANES) == set(Lane.values)


def test_everything_together_stops_within_40_seconds():
    portal = plan.portal(9100)
    longest = max(program.stop_seconds for program in portal.programs)
    engines = max(plan.launcher(engine).stop_seconds for engine in portal.engines)
    assert longest + portal.simulators.stop_seconds + engines < 40


def test_the_guard_ends_only_what_was_not_taken_back():
    assert groups_left(["+11\n", "+12\n", "-11\n", "+13\n"]) == {12, 13}
