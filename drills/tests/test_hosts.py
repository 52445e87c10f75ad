"""The pieces of the hosts drill: the network, the balancer, and what is read from the moments."""

import datetime as dt
import http.server
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from dev.paths import CHECKOUT
from drills.aftermath import Fault, Span, without_page, without_report
from drills.browsers import ANSWER_SECONDS, CONNECT_SECONDS, NOBODY, REST_SECONDS, Balancer
from drills.crowd import Look
from drills.machines import MACHINES, addresses, place
from drills.network import acquaintance, addressing, wiring

NOON = dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC)
NETWORK = """
import socket, subprocess, sys
from drills.network import Network, NoNetwork, machines

ONCE = "import socket; socket.create_connection(('10.77.0.12', 8000), 0.5)"

def reached(network, name):
    argv = network.command(name, [sys.executable, "-c", ONCE])
    return subprocess.run(argv, stderr=subprocess.DEVNULL).returncode == 0

network = Network(machines("one", "two", "three"))
try:
    network.build()
except NoNetwork as error:
    print(error)
    sys.exit(2)
serve = network.command("two", ["env", "-u", "PORTAL_HOST", sys.executable, "-c",
    "import socket; s = socket.create_server(('10.77.0.12', 8000)); print(flush=True); "
    "[s.accept() for _ in range(9)]"])
server = subprocess.Popen(serve, stdout=subprocess.PIPE)
server.stdout.readline()
seen = [reached(network, "one")]
network.cut("two")
seen += [reached(network, "one")]
network.heal("two")
seen += [reached(network, "one")]
network.separate("one", "two")
seen += [reached(network, "one"), reached(network, "three")]
network.heal("one", "two")
seen += [reached(network, "one")]
print(seen, network.processes("two") == [server.pid])
server.kill()
network.close()
"""


def span(seconds: float = 10, **stops: bool) -> Span:
    fault = Fault("it rains", lambda: None, lambda: None, seconds / 2, **stops)
    return Span(fault, NOON, NOON + after(seconds / 2), NOON + after(seconds))


def after(seconds: float) -> dt.timedelta:
    return dt.timedelta(seconds=seconds)


def looks(*words: str) -> list[Look]:
    """One look a second: "y" came, "n" did not."""
    return [Look(NOON + after(n), word == "y") for n, word in enumerate("".join(words))]


# --- The network ----------------------------------------------------------------------------


def test_cuts_are_silent_and_heal() -> None:
    """Where the machine may not make networks, it must say so in a sentence."""
    done = subprocess.run(
        [sys.executable, "-c", NETWORK],
        cwd=CHECKOUT,
        stdout=subprocess.PIPE,
        text=True,
        check=False,
        timeout=60,
    )
    said = done.stdout.strip()
    if done.returncode == 2:
        assert re.search(r"apt-get install|user namespaces|refused", said)
    else:
        assert said == "[True, False, True, False, True, True] True"


def test_what_is_said_to_ip() -> None:
    web1, web2 = MACHINES["web1"], MACHINES["web2"]
    assert wiring(web1, 77) == [
        "link add port-web1 type veth peer name eth0 address 02:00:0a:4d:00:0b netns 77",
        "link set port-web1 master br0 up",
    ]
    assert addressing(web1)[1] == "address add 10.77.0.11/24 dev eth0"
    assert acquaintance([web2], "eth0") == [
        "neighbour add 10.77.0.12 lladdr 02:00:0a:4d:00:0c dev eth0 nud permanent"
    ]
    assert len({machine.address for machine in MACHINES.values()}) == len(MACHINES) == 7
    assert max(len(machine.port) for machine in MACHINES.values()) <= 15  # the kernel's limit


def test_nothing_of_the_environment_points_at_the_own_machine() -> None:
    assert not [value for value in addresses().values() if "127.0.0.1" in value]
    assert place("postgres") == "db" and place("upstream@worker2") == "worker2"


# --- The balancer ---------------------------------------------------------------------------


class Host(http.server.BaseHTTPRequestHandler):
    """Counts what reaches it; `dumb` hangs up without an answer."""

    dumb = False
    seen: list[str]

    def __init__(self, *args: object, dumb: bool, seen: list[str]) -> None:
        self.dumb, self.seen = dumb, seen
        super().__init__(*args)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        self.seen.append(self.command)
        if not self.dumb:
            self.send_response(302)
            self.send_header("Location", "/somewhere/")
            self.end_headers()

    do_POST = do_GET

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def hosts() -> Iterator[tuple[Balancer, list[str], list[str]]]:
    """A balancer before a host that hangs up and one that answers."""
    seen: tuple[list[str], list[str]] = ([], [])
    servers = [
        http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(Host, dumb=dumb, seen=calls))
        for dumb, calls in zip((True, False), seen, strict=True)
    ]
    for server in servers:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    balancer = Balancer([f"127.0.0.1:{server.server_port}" for server in servers], "site")
    balancer.turn = 1  # the next request begins with the one that hangs up
    yield balancer, *seen
    for server in servers:
        server.shutdown()
        server.server_close()


def test_a_get_goes_on_to_the_next_host(hosts: tuple[Balancer, list[str], list[str]]) -> None:
    balancer, dumb, good = hosts
    assert balancer.ask("GET", "/", cookie="").location == "/somewhere/"
    assert (dumb, good) == (["GET"], ["GET"])
    for _ in range(3):  # the one that failed rests
        assert balancer.ask("GET", "/", cookie="").status == 302
    assert len(dumb) == 1


def test_a_post_that_was_sent_is_not_repeated(hosts: tuple[Balancer, list[str], list[str]]) -> None:
    balancer, dumb, good = hosts
    assert balancer.ask("POST", "/", cookie="", form={"agree": "on"}) == NOBODY
    assert (dumb, good) == (["POST"], [])
    assert balancer.ask("POST", "/", cookie="", form={"agree": "on"}).status == 302


def test_a_post_that_found_no_host_goes_on(hosts: tuple[Balancer, list[str], list[str]]) -> None:
    balancer, _, good = hosts
    balancer.hosts[0] = "127.0.0.1:1"
    assert balancer.ask("POST", "/", cookie="", form={}).status == 302
    assert good == ["POST"]


def test_its_figures_are_those_of_the_shipped_proxy() -> None:
    said = Path(CHECKOUT / "deploy/nginx/portal.conf").read_text()
    assert f"proxy_connect_timeout {CONNECT_SECONDS:.0f}s;" in said
    assert f"proxy_read_timeout {ANSWER_SECONDS:.0f}s;" in said
    assert said.count(f"max_fails=1 fail_timeout={REST_SECONDS:.0f}s;") == 2


# --- What the moments tell ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("seen", "seconds"),
    [
        ("yyyyyyyyyy", 0),
        ("ynnyyyyyyy", 2),
        ("ynynyyyyyy", 2),
        ("nnnnnnnnnn", 10),
        ("yyyyyyyynn", 2),
    ],
)
def test_time_without_a_page(seen: str, seconds: float) -> None:
    assert without_page(looks(seen), span()) == seconds


def test_what_lies_outside_a_span_is_not_counted() -> None:
    assert without_page(looks("y" * 10, "nnnn"), span()) == 0
    late = [NOON + after(3), NOON + after(99)]
    assert without_report(late, span()) == 7


def test_time_without_a_report_is_the_longest_gap() -> None:
    assert without_report([], span()) == 10
    assert without_report([NOON + after(s) for s in (1, 2, 6, 9)], span()) == 4
