"""Taking compounds apart, measured on a list of them with the parts that a reader would name."""

from pathlib import Path

import pytest

from portal.search.compounds import ENOUGH, Splitter
from portal.search.seed import PARTS, WHOLE

LIST = [line.split() for line in (Path(__file__).parent / "compounds.txt").read_text().splitlines()]


@pytest.fixture(scope="module")
def splitter() -> Splitter:
    return Splitter({}, named=PARTS, whole=WHOLE)


def test_most_parts_are_found_and_hardly_any_is_wrong(splitter: Splitter) -> None:
    """A part of a part counts as right: “Wasser” in “Trinkwasserversorgung”."""
    assert len(LIST) >= 300
    right = wrong = missing = 0
    for word, *parts in LIST:
        got, named = set(splitter.split(word)), set(parts)
        allowed = named | {smaller for part in named for smaller in splitter.split(part)}
        right += len(got & allowed)
        wrong += len(got - allowed)
        missing += len(named - got)
    assert right / (right + wrong) >= 0.97
    assert right / (right + missing) >= 0.97


def test_words_of_the_texts_are_parts_once_they_are_frequent() -> None:
    assert Splitter({"quitten": ENOUGH, "ernte": ENOUGH}).split("Quittenernte") == ("quitten", "ernte")
    assert Splitter({"quitten": 1, "ernte": 1}).split("Quittenernte") == ()


def test_editors_keep_a_word_whole_and_name_short_parts() -> None:
    assert Splitter({}, named=["amt", "bau"]).split("Bauämter") == ()
    assert Splitter({}, named=["amt", "bau"]).split("Bauamtes") == ("bau", "amt")
    assert Splitter({}, named=["bau", "amt"], whole=["bauamtes"]).split("Bauamtes") == ()


@pytest.mark.parametrize("word", ["", "amt", "1234567890", "a" * 500, "straßen-bau", "Straßenbeleuchtungssatzung" * 8])
def test_nothing_breaks_it(splitter: Splitter, word: str) -> None:
    assert isinstance(splitter.split(word), tuple)
