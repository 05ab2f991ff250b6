"""What the embedded database and the supervisor ask of Linux about processes."""

import contextlib
import ctypes
import os
import signal
from collections.abc import Callable
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True)


def die_with_parent(signal_number: int) -> Callable[[], None]:
    """Make a `preexec_fn` that asks the kernel to send `signal_number` once the starting process is gone.

    The kernel forgets the request when the user changes, so this has to run after that (`subprocess` calls
    `preexec_fn` last). It watches the *thread* that started the child: start children from the main thread.
    """
    parent = os.getpid()

    def request() -> None:
        _libc.prctl(_PR_SET_PDEATHSIG, signal_number)
        if os.getppid() != parent:  # it died between fork and prctl: no signal would ever come
            os._exit(1)

    return request


def stop_when_parent_dies() -> None:
    """Ask the kernel to send us SIGTERM once the process that started us is gone (`make`, if killed)."""
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def processes_in(folder: Path) -> list[int]:
    """Return the processes that work in `folder`, as all processes of a PostgreSQL server do in its data."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/cwd"):
        with contextlib.suppress(OSError):  # gone meanwhile, or somebody else's
            if entry.readlink() == folder:
                found.append(int(entry.parent.name))
    return found


def last_lines(path: Path, count: int = 15) -> str:
    """Return the last `count` lines of a log file, or a note that there are none."""
    try:
        lines = path.read_text(errors="replace").splitlines()
    except OSError as error:
        return f"(cannot be read: {error})"
    return "\n".join(lines[-count:]) or "(empty)"
