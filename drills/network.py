"""Several machines on one: network namespaces on a bridge, and ways to cut them apart.

Everything lies in a network namespace of this process itself, which it enters as root or, without,
in a user namespace of its own: nothing of the real network is seen or touched, no name can collide,
and when the last of these processes ends, however it ends, the kernel takes all of it away.

This process stands at the bridge, where clients and balancer are. A cut is silent, like a pulled
cable far away: the far end stays up, no packet and no refusal comes back.
"""

import contextlib
import ctypes
import os
import shutil
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from dev.processes import tied

CLONE_NEWUSER, CLONE_NEWNET = 0x10000000, 0x40000000
BRIDGE = "br0"
HERE = "10.77.0.1"
PACKAGES = {"ip": "iproute2", "nsenter": "util-linux", "unshare": "util-linux"}


class NoNetwork(Exception):
    """This machine cannot play several; the text says what it lacks."""


@dataclass(frozen=True)
class Machine:
    name: str
    number: int

    @property
    def address(self) -> str:
        return f"10.77.0.{self.number}"

    @property
    def mac(self) -> str:
        return f"02:00:0a:4d:00:{self.number:02x}"

    @property
    def port(self) -> str:
        """Its end of the cable at the bridge."""
        return f"port-{self.name}"


def machines(*names: str) -> dict[str, Machine]:
    return {name: Machine(name, number) for number, name in enumerate(names, start=11)}


# --- What has to be said to `ip`, as plain text ------------------------------------------------


def wiring(machine: Machine, pid: int) -> list[str]:
    """At the bridge: a cable whose far end is given to the namespace of `pid`."""
    far = f"eth0 address {machine.mac} netns {pid}"
    return [
        f"link add {machine.port} type veth peer name {far}",
        f"link set {machine.port} master {BRIDGE} up",
    ]


def addressing(machine: Machine) -> list[str]:
    """On the machine itself."""
    return [
        "link set lo up",
        f"address add {machine.address}/24 dev eth0",
        "link set eth0 up",
    ]


def acquaintance(known: list[Machine], device: str) -> list[str]:
    """Who is where, for good: asked by ARP, a machine beyond a cut would be reported as gone."""
    return [
        f"neighbour add {other.address} lladdr {other.mac} dev {device} nud permanent"
        for other in known
    ]


# --- The network ------------------------------------------------------------------------------


class Network:
    def __init__(self, machines: dict[str, Machine]) -> None:
        self.machines = machines
        self.holders: dict[str, subprocess.Popen[bytes]] = {}

    def build(self) -> None:
        """Enter a namespace of our own and set the machines up in it; raises NoNetwork."""
        for program, package in PACKAGES.items():
            if shutil.which(program) is None:
                raise NoNetwork(f"the program {program} is missing: apt-get install {package}")
        enter()
        self._ip(["link set lo up", f"link add {BRIDGE} type bridge", f"link set {BRIDGE} up"])
        self._ip([f"address add {HERE}/24 dev {BRIDGE}"])
        for machine in self.machines.values():
            self._hold(machine)
            self._ip(wiring(machine, self.holders[machine.name].pid))
            self._ip(addressing(machine), on=machine.name)
        everybody = list(self.machines.values())
        self._ip(acquaintance(everybody, BRIDGE))
        for machine in everybody:
            others = [other for other in everybody if other is not machine]
            self._ip(acquaintance(others, "eth0"), on=machine.name)

    def _hold(self, machine: Machine) -> None:
        """A process that does nothing but keep the machine's namespace in being."""
        command = ["unshare", "--net", "--", "sh", "-c", "echo; exec sleep infinity"]
        holder = subprocess.Popen(
            tied(command, signal.SIGKILL),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            start_new_session=True,
        )
        assert holder.stdout is not None
        if not holder.stdout.readline():  # the line is written from inside the namespace
            raise NoNetwork(f"no namespace for {machine.name}")
        holder.stdout.close()
        self.holders[machine.name] = holder

    def close(self) -> None:
        for holder in self.holders.values():
            holder.kill()
            holder.wait()

    def command(self, name: str, argv: list[str]) -> list[str]:
        """What runs `argv` on a machine; it keeps the process id, so that it can be killed."""
        namespace = f"--net=/proc/{self.holders[name].pid}/ns/net"
        return ["nsenter", namespace, "--", "env", f"PORTAL_HOST={name}", *argv]

    def processes(self, name: str) -> list[int]:
        """All that runs on a machine."""
        holder = self.holders[name].pid
        home = Path(f"/proc/{holder}/ns/net").readlink()
        found = []
        for folder in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):  # it has ended meanwhile
                if (folder / "ns" / "net").readlink() == home:
                    found.append(int(folder.name))
        return [pid for pid in found if pid != holder]

    # --- Cuts ---------------------------------------------------------------------------------

    def cut(self, name: str) -> None:
        """Nobody reaches the machine any more, nor it anybody."""
        self._ip([f"link set {self.machines[name].port} nomaster"])

    def separate(self, one: str, other: str) -> None:
        """These two do not reach each other; both reach everybody else."""
        self._isolate("on", one, other)

    def heal(self, *names: str) -> None:
        for name in names:
            self._ip([f"link set {self.machines[name].port} master {BRIDGE}"])
        self._isolate("off", *names)

    def _isolate(self, switch: str, *names: str) -> None:
        ports = [self.machines[name].port for name in names]
        self._ip([f"link set {port} type bridge_slave isolated {switch}" for port in ports])

    def _ip(self, lines: list[str], *, on: str = "") -> None:
        argv = ["ip", "-batch", "-"]
        done = subprocess.run(
            self.command(on, argv) if on else argv,
            input="".join(f"{line}\n" for line in lines),
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise NoNetwork(f"ip refused: {done.stderr.strip()}")


def enter() -> None:
    """Move this process, which must have one thread only, into a network namespace of its own."""
    if sys.platform != "linux":
        raise NoNetwork("network namespaces exist on Linux only")
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(CLONE_NEWNET) == 0:
        return
    me, user, group = Path("/proc/self"), os.geteuid(), os.getegid()
    try:
        if libc.unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0:
            raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
        (me / "uid_map").write_text(f"0 {user} 1")
        (me / "setgroups").write_text("deny")
        (me / "gid_map").write_text(f"0 {group} 1")
    except OSError as error:
        raise NoNetwork(
            f"no network can be made here ({error.strerror}): run it as root, or allow "
            "unprivileged user namespaces"
        ) from error
