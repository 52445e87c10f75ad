"""What the child may not do once it is about to read a stranger's file.

Limits of the kernel on memory, time and files; a filter on system calls (seccomp), so that it can
neither open a connection nor start a program; and a fence around the file system (Landlock), so
that it can read Python, the libraries and the fonts, and no key of ours. The decoders are
megabytes of C and C++: what may be wrong with them ends here. All of it is asked of the kernel
directly, needs no right, and cannot be taken back.
"""

import ctypes
import os
import platform
import resource
import signal
import struct
import sys
from pathlib import Path

from portal.intake.limits import Limits

OPEN_FILES = 32
"""Its own three, and a few while fonts are looked for."""

_libc = ctypes.CDLL(None, use_errno=True)
_SET_PARENT_DEATH_SIGNAL, _SET_NO_NEW_PRIVILEGES, _SET_SECCOMP = 1, 38, 22


def limit(limits: Limits) -> None:
    """Bound memory, processor time, open files and what it may write; die with the parent."""
    _libc.prctl(_SET_PARENT_DEATH_SIGNAL, int(signal.SIGKILL), 0, 0, 0)
    for kind, most in (
        (resource.RLIMIT_AS, limits.memory_bytes),
        (resource.RLIMIT_CPU, limits.seconds),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
        (resource.RLIMIT_FSIZE, limits.result_bytes),
        (resource.RLIMIT_CORE, 0),  # a core would hold the file, in the clear, on disk
    ):
        resource.setrlimit(kind, (most, most))


def lock_down() -> bool:
    """Fence in this process for good; False when the kernel has no filter of system calls.

    Landlock is had from Linux 5.13 on, and done without on kernels that are older.
    """
    _libc.prctl(_SET_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    _fence_files()
    return _filter_calls()


# --- Files (Landlock, linux/landlock.h) -------------------------------------------------------

READABLE = [
    Path(place)
    for place in (sys.prefix, sys.base_prefix, "/usr/share", "/usr/local/share", "/dev/urandom")
]
"""Python with its libraries, fonts, and chance, which encrypted PDFs are read with."""
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446  # the same on every processor
_ASK_VERSION, _PATH_BENEATH = 1, 1
_READ_FILE, _READ_FOLDER = 1 << 2, 1 << 3
_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15}
"""How many kinds of access each version knows; later ones know 16."""


def landlock() -> int:
    """Its version; none is less than 1."""
    return int(_libc.syscall(_CREATE_RULESET, None, 0, _ASK_VERSION))


def _fence_files() -> None:
    version = landlock()
    if version < 1:
        return
    every = struct.pack("Q", (1 << _RIGHTS.get(version, 16)) - 1)
    rules = _libc.syscall(_CREATE_RULESET, every, len(every), 0)
    for path in filter(Path.exists, READABLE):
        beneath = os.open(path, os.O_PATH | os.O_CLOEXEC)
        right = _READ_FILE | (_READ_FOLDER if path.is_dir() else 0)
        rule = struct.pack("=Qi", right, beneath)
        _libc.syscall(_ADD_RULE, rules, _PATH_BENEATH, rule, 0)
        os.close(beneath)
    _libc.syscall(_RESTRICT_SELF, rules, 0)
    os.close(rules)


# --- System calls (seccomp, linux/seccomp.h) --------------------------------------------------

_SAME = {"pidfd_send_signal": 424, "io_uring_setup": 425, "pidfd_open": 434, "pidfd_getfd": 438}
_FORBIDDEN = {
    "x86_64": {
        "socket": 41, "socketpair": 53, "fork": 57, "vfork": 58, "execve": 59, "kill": 62,
        "ptrace": 101, "mount": 165, "add_key": 248, "request_key": 249, "keyctl": 250,
        "unshare": 272, "perf_event_open": 298, "setns": 308, "process_vm_readv": 310,
        "process_vm_writev": 311, "bpf": 321, "execveat": 322, "userfaultfd": 323, **_SAME,
    },
    "aarch64": {
        "socket": 198, "socketpair": 199, "execve": 221, "kill": 129, "ptrace": 117, "mount": 40,
        "add_key": 217, "request_key": 218, "keyctl": 219, "unshare": 97, "perf_event_open": 241,
        "setns": 268, "process_vm_readv": 270, "process_vm_writev": 271, "bpf": 280,
        "execveat": 281, "userfaultfd": 282, **_SAME,
    },
}  # fmt: skip
_ARCHITECTURE = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_CLONE, _CLONE3 = {"x86_64": 56, "aarch64": 220}, 435
_NEW_THREAD = 0x10000
_OTHER_TABLE = 0x40000000
"""Bit of the second table of calls on x86-64, by which each could be had under another number."""

_LOAD, _EQUAL, _AT_LEAST, _HAS_BITS, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_NUMBER_AT, _ARCHITECTURE_AT, _FIRST_ARGUMENT_AT = 0, 4, 16
_ALLOW, _REFUSE, _UNKNOWN, _KILL = 0x7FFF0000, 0x50000 | 1, 0x50000 | 38, 0x80000000
_FILTER_MODE = 2

_Step = tuple[int, int, int, int]


class _Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("steps", ctypes.c_void_p)]


def _filter_calls() -> bool:
    machine = platform.machine()
    if machine not in _FORBIDDEN:
        return False
    steps = _steps(machine)
    code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *step) for step in steps))
    program = _Program(len(steps), ctypes.cast(code, ctypes.c_void_p))
    return bool(_libc.prctl(_SET_SECCOMP, _FILTER_MODE, ctypes.byref(program), 0, 0) == 0)


def _steps(machine: str) -> list[_Step]:
    """A program of the kernel's packet filter; a test has two jumps, where it holds and not."""
    return [
        (_LOAD, 0, 0, _ARCHITECTURE_AT),
        (_EQUAL, 1, 0, _ARCHITECTURE[machine]),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _NUMBER_AT),
        *_answer(_AT_LEAST, _OTHER_TABLE, _REFUSE),
        *_answer(_EQUAL, _CLONE3, _UNKNOWN),  # its flags cannot be looked at: libc takes clone
        *(
            step
            for number in _FORBIDDEN[machine].values()
            for step in _answer(_EQUAL, number, _REFUSE)
        ),
        (_EQUAL, 0, 3, _CLONE[machine]),
        (_LOAD, 0, 0, _FIRST_ARGUMENT_AT),
        (_HAS_BITS, 1, 0, _NEW_THREAD),  # decoders may have threads, no processes
        (_RETURN, 0, 0, _REFUSE),
        (_RETURN, 0, 0, _ALLOW),
    ]


def _answer(test: int, value: int, verdict: int) -> tuple[_Step, _Step]:
    return (test, 0, 1, value), (_RETURN, 0, 0, verdict)
