"""Make sure that nothing outlives the supervisor: a program of its own, with the standard library only.

It reads the process groups to watch from its standard input, one number a line. The input ends when the
supervisor is gone, however it went. By then the kernel has asked every child to stop; whatever is still there
after a grace period is killed. The supervisor's lock is inherited and so held until everything is gone.
"""

import contextlib
import os
import signal
import sys
import time

GRACE = 6.0  # seconds; together with the kernel's own doing this stays under the promised ten


def main() -> None:
    """Wait for the end of the supervisor, then for the end of its children."""
    for ignored in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ignored, signal.SIG_IGN)
    groups = {int(line) for line in sys.stdin if line.strip()}
    deadline = time.monotonic() + GRACE
    while groups and time.monotonic() < deadline:
        groups = {group for group in groups if _lives(group)}
        time.sleep(0.1)
    for group in groups:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(group, signal.SIGKILL)


def _lives(group: int) -> bool:
    """Say whether a process of the group exists."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # it exists, but is not ours to signal
        return True
    return True


if __name__ == "__main__":
    main()
