"""The pages and the control addresses."""

import html.parser
import http.client
import subprocess
import sys
from pathlib import Path

import pytest

from simulators.faults import SECONDS, SERVICES
from simulators.pages import words
from simulators.phones import Message
from simulators.settings import Settings, Unusable
from simulators.tests.bank_institution import BankInstitution
from simulators.tests.conftest import Running
from simulators.tests.institution import Institution

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.mark.parametrize(("root", "title"), [("/", "外部世界模拟器"), ("/en/", "outside world")])
def test_the_first_page_in_both_languages(outside: Running, root: str, title: str) -> None:
    Institution(outside).open().inquire()
    outside.world.phones.deliver("13911112222", Message(0, "aliyun", "您的验证码是1", "1"))
    outside.world.mailboxes.deliver("a@example.cn", Message(0, "email", "text", "", "Subject"))
    reply = outside.call("GET", root)
    text = reply.body.decode()
    assert reply.status == 200 and title in text
    assert f'href="{root}phone/13911112222/"' in text and "a@example.cn" in text
    assert "李** 0011" in text and "110101199003070011" not in text


def test_a_switch_is_turned_by_a_form(outside: Running) -> None:
    reply = outside.call("POST", "/en/switches/", FORM, b"service=aliyun&mode=hang&rate=0.5")
    assert (reply.status, reply.headers["Location"]) == (303, "/en/")
    [row] = [row for row in outside.get("/faults.json") if row["service"] == "aliyun"]
    assert (row["mode"], row["rate"], row["seconds"]) == ("hang", 0.5, SECONDS["hang"])
    assert "takes the call, never answers</p>" in outside.call("GET", "/en/").body.decode()


def test_the_blind_bank_is_folded_away_while_it_is_well(outside: Running) -> None:
    page = outside.call("GET", "/en/").body.decode()
    assert "<details><summary>Blind bank" in page and "<details open><summary>Bank<" in page
    outside.switch("blind.south", "slow")
    assert "<details open><summary>Blind bank" in outside.call("GET", "/en/").body.decode()


def test_the_capacity_is_set_by_a_form(outside: Running) -> None:
    body = b"service=pboc&per_second=20&warm_seconds=60"
    assert outside.call("POST", "/capacity/", FORM, body).status == 303
    [row] = [row for row in outside.get("/capacity.json") if row["service"] == "pboc"]
    assert (row["per_second"], row["warm_seconds"], row["warm_from"]) == (20, 60, 0.2)
    assert outside.call("POST", "/capacity/", FORM, b"service=x&per_second=1").status == 400


def test_the_inquiries_of_every_channel_are_on_the_page(outside: Running) -> None:
    BankInstitution(outside, "south", "blind").open().inquire()
    assert "Blind bank, south</td>" in outside.call("GET", "/en/").body.decode()


@pytest.mark.parametrize("body", [b"", b"service=x&mode=ok", b"service=aliyun&mode=ok&rate=a"])
def test_a_form_that_makes_no_sense(outside: Running, body: bytes) -> None:
    assert outside.call("POST", "/switches/", FORM, body).status == 400


def test_the_reports_size_is_set_by_a_form(outside: Running) -> None:
    assert outside.call("POST", "/report/", FORM, b"accounts=60").status == 303
    assert outside.get("/bureau/report.json") == {"accounts": 60}
    assert outside.call("POST", "/report/", FORM, b"accounts=99999").status == 400


def test_a_phone_shows_its_messages_and_escapes_them(outside: Running) -> None:
    message = Message(0, "aliyun", "<script>alert(1)</script>", "012345")
    outside.world.phones.deliver("13911112222", message)
    text = outside.call("GET", "/phone/13911112222/").body.decode()
    assert "<script" not in text and "&lt;script&gt;" in text
    assert "<b>012345</b>" in text and 'http-equiv="refresh"' in text


def test_a_number_as_people_write_it_finds_the_phone(outside: Running) -> None:
    reply = outside.call("GET", "/en/phone/?number=%2B86+139-1111-2222")
    assert reply.headers["Location"] == "/en/phone/13911112222/"


def test_reset_forgets_everything(outside: Running) -> None:
    Institution(outside).open().inquire()
    outside.world.phones.deliver("13911112222", Message(0, "aliyun", "text"))
    outside.switch("tencent", "slow")
    assert outside.post("/reset.json", {}).status == 200
    assert outside.get("/bureau/inquiries.json") == []
    assert outside.get("/phone/13911112222/messages.json") == []
    assert {row["mode"] for row in outside.get("/faults.json")} == {"ok"}


def test_several_switches_at_once(outside: Running) -> None:
    wishes = [{"service": "aliyun", "mode": "slow"}, {"service": "email", "mode": "error"}]
    rows = outside.post("/faults.json", wishes).json()
    assert [row["mode"] for row in rows if row["service"] in ("aliyun", "email")] == [
        "slow",
        "error",
    ]


@pytest.mark.parametrize("body", [b"", b"3", b'{"service": "x"}', b'{"mode": "slow"}'])
def test_faults_that_do_not_exist_are_named(outside: Running, body: bytes) -> None:
    reply = outside.call("POST", "/faults.json", {}, body)
    assert reply.status == 400 and reply.json()["error"]


@pytest.mark.parametrize(
    ("path", "status"), [("/none/", 404), ("/none.json", 404), ("/simulators.css", 200)]
)
def test_other_addresses(outside: Running, path: str, status: int) -> None:
    assert outside.call("GET", path).status == status


def test_other_sites_cannot_turn_the_switches(outside: Running) -> None:
    assert outside.call("POST", "/reset.json", {"Origin": "http://evil.example"}).status == 403
    outside.connection.close()
    connection = http.client.HTTPConnection("127.0.0.1", outside.port)
    connection.request("GET", "/faults.json", headers={"Host": "evil.example"})
    assert connection.getresponse().status == 403
    connection.close()


def test_bodies_without_length_or_end(outside: Running) -> None:
    chunked = {"Transfer-Encoding": "chunked"}
    assert outside.call("POST", "/reset.json", chunked).status == 411
    outside.connection.close()
    assert outside.call("POST", "/reset.json", {"Content-Length": "99999999"}).status == 413


def test_every_word_exists_twice_and_every_mode_and_service_has_one() -> None:
    assert set(words.MODES) == set(SECONDS) and set(words.SERVICES) == set(SERVICES)
    for chinese, english in (words.WORDS | words.MODES | words.SERVICES | words.CHANNELS).values():
        assert chinese and english and chinese != english


def test_the_page_is_well_formed_and_has_no_script_or_inline_style(outside: Running) -> None:
    found: list[tuple[str, set[str]]] = []

    class Reader(html.parser.HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            found.append((tag, {name for name, _ in attrs}))

    Reader().feed(outside.call("GET", "/").body.decode())
    assert not {"script", "style"} & {tag for tag, _ in found}
    assert not any("style" in names for _, names in found)


def test_a_number_that_is_none_is_named() -> None:
    with pytest.raises(Unusable, match="SIMULATOR_PORT='eighty'"):
        Settings.read({"SIMULATOR_PORT": "eighty"})


def start_in_vain(**environment: str) -> str:
    """What a start that must fail says."""
    done = subprocess.run(
        [sys.executable, "-m", "simulators"],
        env={"SIMULATOR_PORT": "0", "SIMULATOR_SMTP_PORT": "0"} | environment,
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=10,
    )
    assert done.returncode == 1
    return done.stderr


def test_a_taken_port_is_one_sentence(outside: Running) -> None:
    said = start_in_vain(SIMULATOR_PORT=str(outside.port))
    assert said == f"simulators: port {outside.port} cannot be used: Address already in use.\n"


def test_a_state_file_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "missing" / "state"
    said = start_in_vain(SIMULATOR_STATE=str(path))
    assert said == f"simulators: SIMULATOR_STATE={path}: No such file or directory.\n"


def test_a_signal_ends_it_cleanly() -> None:
    environment = {"SIMULATOR_PORT": "0", "SIMULATOR_SMTP_PORT": "0"}
    command = [sys.executable, "-m", "simulators"]
    root = Path(__file__).parents[2]
    with subprocess.Popen(command, env=environment, cwd=root, stdout=subprocess.PIPE) as running:
        assert running.stdout is not None
        assert running.stdout.readline().startswith(b"simulators: http://127.0.0.1:")
        running.terminate()
        assert running.wait(timeout=5) == 0
