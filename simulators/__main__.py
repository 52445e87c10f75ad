"""`python -m simulators`: the outside world on the loopback, until SIGINT or SIGTERM."""

import signal
import sys
import threading
from types import FrameType

from simulators.mail import MailServer
from simulators.server import Server
from simulators.settings import Settings, Unusable
from simulators.world import World


def main() -> int:
    """Exit code 0 after a signal, 1 with one sentence when it cannot start."""
    try:
        world = _build(Settings.read())
        web, mail = _listen(world)
    except Unusable as error:
        print(f"simulators: {error}", file=sys.stderr)
        return 1
    stopped = threading.Event()

    def stop(signum: int, frame: FrameType | None) -> None:
        stopped.set()

    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)
    for server in (web, mail):
        threading.Thread(target=server.serve_forever, daemon=True).start()
    addresses = f"http://{web.server_name}:{web.server_port}/ and smtp://127.0.0.1:"
    print(f"simulators: {addresses}{mail.server_address[1]}", flush=True)
    stopped.wait()
    world.stop()
    return 0


def _build(settings: Settings) -> World:
    try:
        return World(settings)
    except OSError as error:
        raise Unusable(f"SIMULATOR_STATE={settings.state_file}: {error.strerror}.") from error


def _listen(world: World) -> tuple[Server, MailServer]:
    settings = world.settings
    port = settings.port
    try:
        web = Server(world)
        port = settings.smtp_port
        mail = MailServer(
            port, world.mailboxes, lambda: world.faults.draw("email", has_effect=True), world.wait
        )
    except OSError as error:
        raise Unusable(f"port {port} cannot be used: {error.strerror}.") from error
    return web, mail


if __name__ == "__main__":
    sys.exit(main())
