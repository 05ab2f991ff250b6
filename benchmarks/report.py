"""Judges the figures by the aims and writes them: a table for people, JSON for comparing runs."""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

MOST_STATEMENTS = 8
MOST_TIMES_BARE = 3.0
MOST_GROWTH = 1.3

SIZE_FACTOR = 10
"""The growth aim speaks of ten times the programmes."""

CALM = 10.0
"""Percent of the machine that other programs may use before the figures are called into question."""

type Figures = Mapping[str, Any]


def growth(sizes: Sequence[Figures]) -> list[dict[str, Any]]:
    """Say how many times as long each page takes with the last size as with the first (medians over HTTP)."""
    first, last = sizes[0], sizes[-1]
    return [
        {
            "slug": before["slug"],
            "label": before["label"],
            "times": round(after["http_ms"]["p50"] / before["http_ms"]["p50"], 2),
            "bare_statement_times": round(after["bare_statement_ms"]["p50"] / before["bare_statement_ms"]["p50"], 2),
        }
        for before, after in zip(first["pages"], last["pages"], strict=True)
    ]


def aims(sizes: Sequence[Figures]) -> list[dict[str, Any]]:
    """Hold every figure against its aim."""
    return [{**aim, "met": aim["value"] <= aim["at_most"]} for aim in (*_aims_of_sizes(sizes), *_aims_of_growth(sizes))]


def _aims_of_sizes(sizes: Sequence[Figures]) -> Iterator[dict[str, Any]]:
    for size in sizes:
        for page in size["pages"]:
            where = f"{page['label']}, {size['programmes']:,} programmes"
            yield {"aim": f"statements: {where}", "value": page["statements"], "at_most": MOST_STATEMENTS}
            for way, ratios in page.get("aim_ratios", {}).items():
                for percentile, ratio in ratios.items():
                    aim = f"times its bare SQL, {way.replace('_', ' ')}, {percentile}: {where}"
                    yield {"aim": aim, "value": ratio, "at_most": MOST_TIMES_BARE}


def _aims_of_growth(sizes: Sequence[Figures]) -> Iterator[dict[str, Any]]:
    if len(sizes) > 1 and sizes[-1]["programmes"] == sizes[0]["programmes"] * SIZE_FACTOR:
        for page in growth(sizes):
            aim = f"times as long with {SIZE_FACTOR} times the programmes: {page['label']}"
            yield {"aim": aim, "value": page["times"], "at_most": MOST_GROWTH}


def busiest(sizes: Sequence[Figures]) -> float:
    """Return how much of the machine other programs used while one of the pages was measured, in percent."""
    return max(float(page["used_by_others_percent"]) for size in sizes for page in size["pages"])


def write(results: Figures, path: Path) -> None:
    """Write the results as JSON."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(results, indent=2, ensure_ascii=False) + "\n")


def as_text(results: Figures) -> str:
    """Return the tables that people read."""
    return "\n".join(_lines(results))


def _lines(results: Figures) -> Iterator[str]:
    machine = results["machine"]
    yield (
        f"{machine['cores']} cores, Python {machine['python']}, PostgreSQL {machine['postgresql']}; "
        f"{results['server']['workers']} workers with {results['server']['threads']} threads; "
        f"{results['municipalities']:,} municipalities ({results['register']} register)"
    )
    for size in results["sizes"]:
        yield ""
        yield (
            f"{size['programmes']:,} programmes, {size['database_mb']:,.0f} MB; memory per worker "
            f"{_list(size['memory_mb_per_worker'])} MB (constant answer: "
            f"{_list(size['constant']['memory_mb_per_worker'])} MB); other programs used "
            f"{busiest([size]):.0f} % of the machine at most"
        )
        yield from _table(
            [
                "",
                "SQL",
                "p50",
                "p95",
                "CPU",
                "in process",
                "all SQL",
                "bare SQL",
                "constant",
                "×bare",
                "×const.",
                "kB",
                "req/s",
                "others %",
            ],
            [
                [
                    page["label"],
                    str(page["statements"]),
                    *(
                        f"{value:.2f}"
                        for value in (
                            page["http_ms"]["p50"],
                            page["http_ms"]["p95"],
                            page["worker_cpu_ms"],
                            page["in_process_ms"]["p50"],
                            page["all_statements_ms"]["p50"],
                            page["bare_statement_ms"]["p50"],
                            page["constant_ms"]["p50"],
                        )
                    ),
                    f"{page['times_bare_statement']:.1f}",
                    f"{page['times_constant']:.1f}",
                    f"{page['bytes'] / 1000:.1f}",
                    f"{page['requests_per_second']:.0f}",
                    f"{page['used_by_others_percent']:.0f}",
                ]
                for page in size["pages"]
            ],
        )
        yield f"constant answer: {size['constant']['requests_per_second']:.0f} req/s"
    yield ""
    yield "Times in milliseconds over one connection; CPU: what one answer costs a worker, the database aside;"
    yield "req/s over 8 connections; kB with gzip, head included."
    yield ""
    if results.get("jobs"):
        heads = ["job", "number", "seconds", "SQL", "SQL per 1,000", "memory grown MB"]
        yield from _table(heads, list(job_rows(results["jobs"])))
        yield ""
    if busiest(results["sizes"]) > CALM:
        yield "The machine was busy with other programs: the times are too long, and verdicts near a limit are open."
    yield ""
    yield from _table(
        ["aim", "is", "at most", ""],
        [
            [aim["aim"], f"{aim['value']:g}", f"{aim['at_most']:g}", "met" if aim["met"] else "NOT MET"]
            for aim in results["aims"]
        ],
    )


def job_rows(jobs: Sequence[Figures]) -> Iterator[list[str]]:
    """Yield the lines of the table of jobs."""
    for job in jobs:
        yield [
            job["label"],
            f"{job['number']:,}",
            f"{job['seconds']:.2f}",
            str(job["statements"]),
            f"{1000 * job['statements'] / job['number']:.1f}",
            f"{job['memory_grown_mb']:.1f}",
        ]


def _table(head: list[str], rows: list[list[str]]) -> Iterator[str]:
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
    for row in (head, ["-" * width for width in widths], *rows):
        first, *others = row
        cells = [first.ljust(widths[0])]
        cells += [cell.rjust(width) for cell, width in zip(others, widths[1:], strict=True)]
        yield "  ".join(cells).rstrip()


def _list(numbers: Sequence[float]) -> str:
    return ", ".join(f"{number:.0f}" for number in numbers)
