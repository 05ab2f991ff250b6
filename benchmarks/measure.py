"""Takes the figures of one size of data: each page over HTTP, inside one process, and as one bare statement.

The three are measured in turn, round by round, together with the constant answer, so that whatever else the machine
does meets all of them alike.
"""

import io
import re
import statistics
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import cycle
from typing import Any

import psycopg
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection
from django.test.utils import CaptureQueriesContext

from benchmarks.client import HOST, Answers, Job
from benchmarks.pages import Page
from benchmarks.processes import Bustle, Client, Server
from portal.directory.places import find_places


@dataclass(frozen=True, slots=True)
class Effort:
    """How long to measure: rounds, seconds of each measuring in a round, and how many answers at the least."""

    rounds: int
    seconds: float
    least: int
    load_seconds: float
    connections: int = 8


FULL = Effort(rounds=4, seconds=1.0, least=24, load_seconds=5.0)
QUICK = Effort(rounds=1, seconds=0.1, least=5, load_seconds=0.2)


@dataclass(slots=True)
class Times:
    """Milliseconds of many runs."""

    runs: list[float] = field(default_factory=list)

    def percentile(self, percent: int) -> float:
        """Return the value that so many percent of the runs do not exceed."""
        if len(self.runs) == 1:
            return self.runs[0]
        return statistics.quantiles(self.runs, n=100, method="inclusive")[percent - 1]

    def as_json(self) -> dict[str, float]:
        """Return median and 95th percentile, in milliseconds, and the number of runs."""
        return {
            "p50": round(self.percentile(50), 3),
            "p95": round(self.percentile(95), 3),
            "runs": len(self.runs),
        }


def measure(  # noqa: PLR0913 - all that takes part
    pages: Iterable[Page],
    *,
    portal: Server,
    constant: Server,
    client: Client,
    effort: Effort,
    say: Callable[[str], None],
) -> dict[str, Any]:
    """Measure all pages and the constant answer; return their figures."""
    floor, floor_load = Times(), Answers()
    results = []
    with psycopg.connect(**_database(), autocommit=True, prepare_threshold=None) as bare:
        for page in pages:
            say(f"Measuring: {page.label}")
            results.append(_measure_page(page, portal, constant, client, bare, effort, floor))
        floor_load = client.run(Job(constant.port, ["/"], effort.connections, effort.load_seconds, effort.least))
    return {
        "constant": {
            "http_ms": floor.as_json(),
            "bytes": round(statistics.median(floor_load.sizes)),
            "requests_per_second": _rate(floor_load),
            "memory_mb_per_worker": constant.memory_megabytes(),
        },
        "pages": results,
        "memory_mb_per_worker": portal.memory_megabytes(),
    }


def _measure_page(  # noqa: PLR0913, PLR0917 - all that takes part
    page: Page,
    portal: Server,
    constant: Server,
    client: Client,
    bare: psycopg.Connection,
    effort: Effort,
    floor: Times,
) -> dict[str, Any]:
    paths = list(page.paths)
    application = WSGIHandler()
    statements = [_statements(application, path) for path in paths]
    one = [_bare(page, captured) for captured in statements]
    http, inside, single, every, function = Answers(), Times(), Times(), Times(), Times()
    client.run(Job(portal.port, paths, effort.connections, effort.seconds, len(paths) * 4))  # warm every thread
    bustle, cpu = Bustle(), portal.cpu_seconds()
    own_floor = Times()
    for _ in range(effort.rounds):
        own_floor.runs += client.run(Job(constant.port, ["/"], 1, effort.seconds / 4, effort.least)).milliseconds
        answers = client.run(Job(portal.port, paths, 1, effort.seconds, effort.least))
        http.milliseconds += answers.milliseconds
        http.sizes += answers.sizes
        single.runs += _timed(one, lambda sql: bare.execute(sql.encode()).fetchall(), effort)
        every.runs += _timed(statements, lambda all_of_it: _execute_all(bare, all_of_it), effort)
        inside.runs += _timed(paths, lambda path: _answer(application, path), effort)
        if page.typed:
            function.runs += _timed(page.typed, find_places, effort)
    load = client.run(Job(portal.port, paths, effort.connections, effort.load_seconds, effort.least))
    cpu = portal.cpu_seconds() - cpu
    floor.runs += own_floor.runs
    times = Times(http.milliseconds)
    result = {
        "slug": page.slug,
        "label": page.label,
        "example": paths[0],
        "addresses": len(paths),
        "statements": max(map(len, statements)),
        "http_ms": times.as_json(),
        "bytes": round(statistics.median(http.sizes)),
        "requests_per_second": _rate(load),
        "http_ms_under_load": Times(load.milliseconds).as_json(),
        "worker_cpu_ms": round(cpu * 1000 / (len(http.milliseconds) + len(load.milliseconds)), 2),
        "in_process_ms": inside.as_json(),
        "bare_statement_ms": single.as_json(),
        "all_statements_ms": every.as_json(),
        "constant_ms": own_floor.as_json(),
        "times_bare_statement": _ratio(times.percentile(50), single.percentile(50)),
        "times_constant": _ratio(times.percentile(50), own_floor.percentile(50)),
        "used_by_others_percent": bustle.percent(),
    }
    if page.typed:
        result["function_ms"] = function.as_json()
        result["aim_ratios"] = _place_search(times, own_floor, inside, function, single)
    elif page.is_held_to_sql:
        less_floor = Times([run - own_floor.percentile(50) for run in times.runs])
        result["aim_ratios"] = _against(every, {"in_process": inside, "http_less_constant": less_floor}, (95,))
    return result


def _place_search(
    http: Times, floor: Times, inside: Times, function: Times, single: Times
) -> dict[str, dict[str, float]]:
    """Compare the place search with its statement in three ways, from the narrowest to the widest."""
    less_floor = Times([run - floor.percentile(50) for run in http.runs])
    return _against(single, {"function": function, "in_process": inside, "http_less_constant": less_floor}, (50, 95))


def _against(sql: Times, ways: Mapping[str, Times], percents: Sequence[int]) -> dict[str, dict[str, float]]:
    """Say how many times as long as the database alone each way of taking the time is."""
    return {
        name: {f"p{percent}": _ratio(times.percentile(percent), sql.percentile(percent)) for percent in percents}
        for name, times in ways.items()
    }


# --- inside this process ---


def _statements(application: WSGIHandler, path: str) -> list[str]:
    """Return the statements that the page sends, as the database reads them."""
    _answer(application, path)
    connection.ensure_connection()
    with CaptureQueriesContext(connection) as captured:
        _answer(application, path)
    return [query["sql"] for query in captured]


def _answer(application: WSGIHandler, path: str) -> None:
    """Have the portal answer without a server or a network.

    Raises:
        RuntimeError: with another status than 200.
    """
    address, _mark, query = path.partition("?")
    status: list[str] = []
    response = application(
        {
            "REQUEST_METHOD": "GET",
            "PATH_INFO": address,
            "QUERY_STRING": query,
            "SERVER_NAME": HOST,
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "HTTP_ACCEPT": "*/*",
            "HTTP_ACCEPT_ENCODING": "gzip",
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(),
            "wsgi.errors": io.StringIO(),
        },
        lambda line, _headers, _error=None: status.append(line),  # type: ignore[arg-type] # nobody writes
    )
    b"".join(response)
    response.close()
    if not status[0].startswith("200"):
        raise RuntimeError(f"{path}: {status[0]}")


def _bare(page: Page, statements: list[str]) -> str:
    """Return the one statement that does the page's own work; for a page without any, the shortest there is.

    Raises:
        RuntimeError: the page sends others than expected.
    """
    if not statements:
        return "SELECT 1"
    for pattern in page.bare:
        for sql in statements:
            if re.search(pattern, sql, re.DOTALL):
                return sql
    raise RuntimeError(f"{page.slug}: none of the statements is the expected one: {statements}")


# --- bare statements ---


def _database() -> dict[str, Any]:
    """Return how psycopg connects to the database that Django uses."""
    parameters = connection.get_connection_params()
    return {name: parameters[name] for name in ("host", "user", "password", "dbname") if parameters.get(name)}


def _execute_all(bare: psycopg.Connection, statements: list[str]) -> None:
    for sql in statements:
        done = bare.execute(sql.encode())
        if done.description is not None:  # a search also writes down that it was made
            done.fetchall()


def _timed[T](values: Iterable[T], work: Callable[[T], object], effort: Effort) -> Iterator[float]:
    """Do the work for the values in turn as long as the effort says; yield the milliseconds of each."""
    began = time.perf_counter()
    for number, value in enumerate(cycle(values), start=1):
        before = time.perf_counter()
        work(value)
        after = time.perf_counter()
        yield (after - before) * 1000
        if after - began >= effort.seconds and number >= effort.least:
            return


def _rate(answers: Answers) -> float:
    return round(len(answers.milliseconds) / answers.seconds, 1)


def _ratio(value: float, base: float) -> float:
    return round(value / base, 2) if base else 0.0
