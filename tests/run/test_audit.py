"""The audit: what it makes of Lighthouse's answers. Lighthouse itself is the outside world here."""

import json
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "scripts"))

import audit  # noqa: E402 - lies in scripts/


def answer(performance):
    """A verdict of Lighthouse in which only the performance costs points."""
    categories = {name: {"score": 1, "auditRefs": []} for name in audit.CATEGORIES}
    speed = [{"id": "speed-index", "weight": 10}, {"id": "hint", "weight": 0}, {"id": "not-here", "weight": 1}]
    categories["performance"] = {"score": performance, "auditRefs": speed}
    return {
        "categories": categories,
        "audits": {
            "speed-index": {"id": "speed-index", "score": performance, "displayValue": "2.0 s"},
            "hint": {"id": "hint", "score": 0},
            "not-here": {"id": "not-here", "score": None},
        },
    }


@pytest.fixture
def lighthouse(tmp_path, monkeypatch):
    """Put a program in Node's place that gives the answers one after the other; it keeps what it was asked."""

    def give(*answers):
        for number, text in enumerate(answers):
            (tmp_path / f"{number}.json").write_text(text if isinstance(text, str) else json.dumps(text))
        node = tmp_path / "node"
        node.write_text(f'#!/bin/sh\ncd {tmp_path}\necho "$@" >> asked\ncat $(($(wc -l < asked) - 1)).json\n')
        node.chmod(0o755)
        monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
        return tmp_path / "asked"

    return give


def test_a_good_page_is_judged_once(lighthouse):
    asked = lighthouse(answer(0.99))
    verdict = audit.judge("http://127.0.0.1/", ["--preset=desktop"])
    assert verdict.points == {"performance": 99, "accessibility": 100, "best-practices": 100, "seo": 100}
    assert verdict.faults == ["performance: speed-index 0.99 2.0 s"]
    assert len(asked.read_text().splitlines()) == 1
    assert asked.read_text().rstrip().endswith("--preset=desktop")


def test_of_a_slow_page_the_middle_measurement_counts(lighthouse):
    asked = lighthouse(answer(0.5), answer(0.9), answer(0.97))
    assert audit.judge("http://127.0.0.1/", []).points["performance"] == 90
    assert len(asked.read_text().splitlines()) == 3


def test_a_slow_measurement_among_good_ones_does_no_harm(lighthouse):
    lighthouse(answer(0.5), answer(0.99), answer(1))
    assert audit.judge("http://127.0.0.1/", []).points["performance"] == 99


@pytest.mark.parametrize("text", ["", "no JSON", json.dumps({"runtimeError": {"message": "no page"}})])
def test_a_page_that_cannot_be_judged_is_an_error(lighthouse, text):
    lighthouse(text)
    with pytest.raises(RuntimeError, match=r"http://127\.0\.0\.1/"):
        audit.judge("http://127.0.0.1/", [])


def test_only_paths_of_the_portal_are_taken(capsys):
    with pytest.raises(SystemExit) as stopped:
        audit.main(["https://www.example.org/"])
    assert stopped.value.code == 2
    assert "begins with a slash" in capsys.readouterr().err
