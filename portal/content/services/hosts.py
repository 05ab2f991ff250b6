"""Asking many addresses: several hosts at once, each one address after the other and never in a hurry."""

import threading
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from queue import SimpleQueue
from urllib.parse import urlsplit

from portal.content.services.asking import Answer, Manner, ask

HOSTS_AT_ONCE = 8


class Pace:
    """Keeps a pause between two requests to one host, whichever thread makes them."""

    def __init__(self, pause: float) -> None:
        """Take the pause in seconds."""
        self._pause = pause
        self._lock = threading.Lock()
        self._free_at: dict[str, float] = {}

    def wait(self, host: str) -> None:
        """Return when the host may be asked."""
        with self._lock:
            now = time.monotonic()
            turn = max(now, self._free_at.get(host, now))
            self._free_at[host] = turn + self._pause
        time.sleep(turn - now)


def ask_all(urls: Iterable[str], manner: Manner) -> Iterator[tuple[str, Answer]]:
    """Ask for every address and yield the answers as they come.

    There is none for what the time did not suffice for, or whose server asked to be left alone.
    """
    by_host: dict[str, list[str]] = defaultdict(list)
    for url in urls:
        by_host[_host(url)].append(url)
    pace = Pace(manner.pause)
    deadline = time.monotonic() + manner.longest
    answers: SimpleQueue[tuple[str, Answer] | None] = SimpleQueue()
    stopped = threading.Event()

    def ask_host(waiting: list[str]) -> None:
        try:
            for url in waiting:
                if stopped.is_set() or time.monotonic() > deadline:
                    break
                answer = ask(url, manner=manner, wait=pace.wait)
                answers.put((url, answer))
                if answer.is_busy:
                    break
        finally:
            answers.put(None)

    with ThreadPoolExecutor(HOSTS_AT_ONCE) as pool:
        jobs = [pool.submit(ask_host, waiting) for waiting in by_host.values()]
        try:
            for _job in jobs:
                yield from iter(answers.get, None)  # until one host, whichever it is, is done
        finally:
            stopped.set()  # nobody wants the rest
    for job in jobs:
        job.result()  # a mistake of ours is not swallowed


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""
