"""`python -m simulators`: the outside world on the loopback, until SIGINT or SIGTERM."""

import signal
import sys
import threading
from types import FrameType

from simulators.mail import MailServer
from simulators.server import Server
from simulators.settings import Settings, Unusable
from simulators.tls import TlsServer
from simulators.world import World


def main() -> int:
    """Exit code 0 after a signal, 1 with one sentence when it cannot start."""
    try:
        world = _build(Settings.read())
        servers = _listen(world)
    except Unusable as error:
        print(f"simulators: {error}", file=sys.stderr)
        return 1
    stopped = threading.Event()

    def stop(signum: int, frame: FrameType | None) -> None:
        stopped.set()

    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)
    for server in servers.values():
        threading.Thread(target=server.serve_forever, daemon=True).start()
    print(f"simulators: {' and '.join(map(_address, servers, servers.values()))}", flush=True)
    stopped.wait()
    world.stop()
    return 0


def _build(settings: Settings) -> World:
    try:
        return World(settings)
    except OSError as error:
        raise Unusable(f"SIMULATOR_STATE={settings.state_file}: {error.strerror}.") from error


def _listen(world: World) -> dict[str, Server | MailServer]:
    """The servers by scheme, in the order in which they are announced."""
    settings = world.settings
    servers: dict[str, Server | MailServer] = {}
    port = settings.port
    try:
        servers["http"] = Server(world, port)
        port = settings.smtp_port
        servers["smtp"] = MailServer(
            port, world.mailboxes, lambda: world.faults.draw("email"), world.wait
        )
        if world.authority and settings.tls_port is not None:
            port = settings.tls_port
            servers["https"] = TlsServer(world, world.authority, port)
    except OSError as error:
        raise Unusable(f"port {port} cannot be used: {error.strerror}.") from error
    return servers


def _address(scheme: str, server: Server | MailServer) -> str:
    host, port = server.server_address[:2]
    return f"{scheme}://{host!s}:{port}{'' if scheme == 'smtp' else '/'}"


if __name__ == "__main__":
    sys.exit(main())
