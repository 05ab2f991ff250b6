"""What the tests share that start programs for real."""

import os
import signal
import time
from pathlib import Path

import pytest


def processes_of(var, mark):
    """Return the live processes that carry the environment mark, or work below the folder (the database's do)."""
    found = {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            environment = (entry / "environ").read_bytes()
            folder = (entry / "cwd").readlink()
            command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:  # gone meanwhile, a zombie, or somebody else's
            continue
        if f"TEST_MARK={mark}\0".encode() in environment or folder.is_relative_to(var):
            found[int(entry.name)] = command.strip()
    return found


def wait_until(condition, seconds=10.0):
    """Return how long it took until the condition held; fail after `seconds`."""
    began = time.monotonic()
    while not condition():
        if time.monotonic() - began > seconds:
            pytest.fail(f"not within {seconds} seconds")
        time.sleep(0.05)
    return time.monotonic() - began


def kill_groups(pids):
    """End what a failing test has left behind."""
    for pid in pids:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue
