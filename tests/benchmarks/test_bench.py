"""`make bench` measures what it says it measures. How long anything takes is not tested: that differs by machine."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks import report
from competence_centre.embedded import EmbeddedPostgres
from tests.migrated import copy_to, template_of

ROOT = Path(__file__).resolve().parent.parent.parent
PAGES = [
    "list-searched",
    "list-match",
    "list",
    "api-list",
    "place-search",
    "municipality",
    "programme",
    "actors",
    "organisation",
    "search",
    "suggestions",
    *("projects", "projects-searched", "projects-geojson", "projects-map", "projects-matrix", "project"),
    "projects-match",
    "home",
]


@pytest.fixture(scope="module")
def template(slot):
    """A server for the benchmark to begin with, and the name of its migrated database."""
    folder = slot / "bench" / "postgres"
    EmbeddedPostgres(folder).remove()
    copy_to(folder)
    with EmbeddedPostgres(folder, fast=True) as server:
        found = template_of(server)
    yield found
    EmbeddedPostgres(folder).remove()


@pytest.fixture(scope="module")
def quick(template, tmp_path_factory):
    output = tmp_path_factory.mktemp("bench") / "results.json"
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", "--quick", "--template", template, "--output", str(output)],
        cwd=ROOT,
        env={**os.environ},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(output.read_text()), done.stdout


def test_quick_run_measures_every_page_at_every_size(quick):
    results, _text = quick
    assert [size["programmes"] for size in results["sizes"]] == [40, 400]
    for size in results["sizes"]:
        assert [page["slug"] for page in size["pages"]] == PAGES
        assert len(size["memory_mb_per_worker"]) == results["server"]["workers"] == 2
        for page in size["pages"]:
            for figure in ("http_ms", "in_process_ms", "bare_statement_ms", "all_statements_ms", "constant_ms"):
                assert 0 < page[figure]["p50"] <= page[figure]["p95"], (page["slug"], figure)
            assert page["bytes"] > 0
            assert page["requests_per_second"] > 0


def test_quick_run_measures_the_jobs_with_a_tenth_and_with_all(quick):
    results, text = quick
    jobs = [(job["slug"], job["number"]) for job in results["jobs"]]
    measured = ["weekly-mails"] * 2 + ["matching"] * 2 + ["plan-matched", "match-counted", "match-shown", "indicators"]
    assert [slug for slug, _number in jobs] == measured
    assert jobs[0][1] * 10 <= jobs[1][1] <= jobs[0][1] * 10 + 10
    mails = [job for job in results["jobs"] if job["slug"] == "weekly-mails"]
    assert mails[1]["statements"] <= mails[0]["statements"] + 4, "two more for each thousand people"
    matching = [job for job in results["jobs"] if job["slug"] == "matching"]
    assert matching[1]["told"] > 0
    assert "mails of a week" in text


def test_quick_run_finds_no_page_above_the_limit_of_statements(quick):
    results, _text = quick
    above = {
        page["slug"]: page["statements"]
        for size in results["sizes"]
        for page in size["pages"]
        if page["statements"] > report.MOST_STATEMENTS
    }
    assert above == {}


def test_quick_run_counts_the_statements_that_a_page_sends(quick):
    """Were nothing captured, every page would meet the aim."""
    results, _text = quick
    counts = {page["slug"]: page["statements"] for page in results["sizes"][0]["pages"]}
    assert counts["place-search"] == 1
    assert counts["list-searched"] > 1


def test_quick_run_names_neither_the_machine_nor_its_folders(quick):
    results, text = quick
    written = json.dumps(results) + text
    named = [word for word in (str(ROOT), str(Path.home()), os.uname().nodename) if word in written]
    assert named == []


def test_quick_run_prints_each_aim_with_its_verdict(quick):
    results, text = quick
    for aim in results["aims"]:
        line = next(line for line in text.splitlines() if line.startswith(f"{aim['aim']}  "))  # the whole column
        assert line.endswith("NOT MET") is not aim["met"]


@pytest.mark.parametrize("arguments", [["--programmes", "25000", "2500"], ["--programmes", "0"], ["--register", "x"]])
def test_command_line_that_makes_no_sense_is_refused(arguments):
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.returncode, arguments[0] in done.stderr) == (2, True)
