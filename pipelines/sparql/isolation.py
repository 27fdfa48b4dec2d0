"""What a process that runs foreign queries may not do: reach the network, start programs, fill the memory, dump core."""

from __future__ import annotations

import ctypes
import platform
import struct
import sys

__all__ = ["confine"]

MAX_MEMORY = 2 * 1024 * 1024 * 1024
"""Bytes of address space; the store is mapped into it."""

_PR_SET_NO_NEW_PRIVS, _PR_SET_SECCOMP, _SECCOMP_MODE_FILTER = 38, 22, 2
_ALLOW, _DENY = 0x7FFF0000, 0x00050000 | 1  # SECCOMP_RET_ALLOW; SECCOMP_RET_ERRNO with EPERM
_LOAD, _JUMP_EQUAL, _JUMP_AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_ARCHITECTURES = {
    # name: (AUDIT_ARCH_*, numbers of socket, connect, bind, sendto, execve, ptrace, execveat, io_uring_setup)
    "x86_64": (0xC000003E, (41, 42, 49, 44, 59, 101, 322, 425)),
    "aarch64": (0xC00000B7, (198, 203, 200, 206, 221, 117, 281, 425)),
}
_X32 = 0x40000000
"""From here on x86_64 counts its calls a second time, for the x32 interface."""


def confine() -> str:
    """Limit this process for good, before it starts a thread; returns what keeps it off the network.

    `seccomp` (Linux on x86_64 and aarch64: the kernel refuses sockets and programs), else `none`: then the check of the
    query's text is all there is.
    """
    _limit_resources()
    return "seccomp" if _filter_calls() else "none"


def _limit_resources() -> None:
    try:
        import resource
    except ImportError:  # not on Windows
        return
    for kind, wanted in ((resource.RLIMIT_AS, MAX_MEMORY), (resource.RLIMIT_CORE, 0), (resource.RLIMIT_FSIZE, 0)):
        hard = resource.getrlimit(kind)[1]
        limit = wanted if hard == resource.RLIM_INFINITY else min(hard, wanted)
        resource.setrlimit(kind, (limit, hard))


def _filter_calls() -> bool:
    """A seccomp filter (seccomp(2)): classic BPF over `struct seccomp_data`, whose call number is at 0, architecture at 4."""
    known = _ARCHITECTURES.get(platform.machine())
    if known is None or not sys.platform.startswith("linux") or sys.maxsize < 2**32:
        return False
    architecture, calls = known
    steps: list[tuple[int, int, int, int]] = [
        (_LOAD, 0, 0, 4),
        (_JUMP_EQUAL, 1, 0, architecture),
        (_RETURN, 0, 0, _DENY),
        (_LOAD, 0, 0, 0),
        (_JUMP_AT_LEAST, len(calls), 0, _X32),
    ]
    # Each comparison that holds jumps over the rest and over the permission to the refusal at the end.
    steps += [(_JUMP_EQUAL, len(calls) - number, 0, call) for number, call in enumerate(calls)]
    steps += [(_RETURN, 0, 0, _ALLOW), (_RETURN, 0, 0, _DENY)]
    code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *step) for step in steps))
    program = ctypes.create_string_buffer(struct.pack("HxxxxxxP", len(steps), ctypes.addressof(code)))
    try:
        prctl = ctypes.CDLL(None, use_errno=True).prctl
    except (OSError, AttributeError):
        return False
    zero = ctypes.c_ulong(0)
    if prctl(_PR_SET_NO_NEW_PRIVS, ctypes.c_ulong(1), zero, zero, zero):
        return False
    return not prctl(_PR_SET_SECCOMP, ctypes.c_ulong(_SECCOMP_MODE_FILTER), ctypes.byref(program), zero, zero)
