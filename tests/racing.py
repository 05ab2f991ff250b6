"""Two who do something at the same moment, each with a connection of her own."""

import threading
from collections.abc import Callable

from django.db import connection


def at_once(*actions: Callable[[threading.Barrier], object]) -> list[object]:
    """Run actions in threads that start together; return each one's result or exception."""
    barrier = threading.Barrier(len(actions), timeout=20)
    results: list[object] = [None] * len(actions)

    def run(number: int) -> None:
        try:
            results[number] = actions[number](barrier)
        except Exception as error:  # noqa: BLE001 - the result is looked at
            results[number] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(actions))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return results
