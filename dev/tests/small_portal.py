"""A runner with real engines and small fake programs; the runner tests start it as a process.

Each fake writes what happens to it as one line `time name event` into var/events.
"""

import sys

from dev.children import Program
from dev.engines import ENGINES
from dev.plan import Plan
from dev.ports import chosen_port
from dev.runner import run

FAKE = """
import http.server, os, signal, subprocess, sys, time
name, port, finish = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])
var = os.environ["PORTAL_VAR"]
def note(event):
    with open(f"{var}/events", "a") as events:
        events.write(f"{time.time()} {name} {event}\\n")
def stop(*_):
    note("asked")
    time.sleep(finish)
    note("done")
    os._exit(0)
signal.signal(signal.SIGTERM, stop)
note("started")
# A pool child that nobody ends but the session's end.
subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
print(f"{name} says hello", flush=True)
if os.path.exists(f"{var}/crash-{name}"):
    sys.exit(3)
class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
    def log_message(self, *_):
        pass
if port:
    http.server.HTTPServer(("127.0.0.1", port), Answer).serve_forever()
while True:
    time.sleep(0.1)
"""


def fake(name: str, port: int, finish: float, *, stop_seconds: float) -> Program:
    argv = [sys.executable, "-c", FAKE, name, str(port), str(finish)]
    return Program(name, argv, stop_seconds=stop_seconds)


def small_portal(port: int) -> Plan:
    nothing = [sys.executable, "-c", "pass"]
    return Plan(
        port=port,
        engines=ENGINES,
        jobs=((Program("migrate", nothing),),),
        simulators=fake("simulators", port + 1, 0, stop_seconds=2),
        programs=(
            fake("web", port, 0, stop_seconds=2),
            fake("worker", 0, 1.0, stop_seconds=5),
            fake("deaf", 0, 60, stop_seconds=4),
        ),
        check=Program("workers", nothing),
        addresses=(f"http://127.0.0.1:{port}/readyz", f"http://127.0.0.1:{port + 1}/"),
    )


if __name__ == "__main__":
    sys.exit(run(small_portal(chosen_port())))
