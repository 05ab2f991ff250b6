import dataclasses
import datetime as dt
import itertools
import math
import re
from typing import Any

import pytest
from defusedxml.ElementTree import fromstring
from django.template.loader import render_to_string

from portal.charts import BarChart, BubbleChart, Chart, ColumnChart, LineChart, Series, ShareChart, number
from portal.charts.drawing import DASHES, HATCHINGS, MARK, SHADES, WIDTH, wrap
from portal.charts.numbers import ticks

SVG = "{http://www.w3.org/2000/svg}"
KINDS: list[type[Chart]] = [BarChart, BubbleChart, ColumnChart, LineChart, ShareChart]


def chart(kind: type[Chart], *values: float | None, **parts: Any) -> Chart:
    parts = {
        "key": "test",
        "title": "Titel",
        "description": "Beschreibung",
        "unit": "Einwohner",
        "heading": "Kommune",
        "categories": [f"Ort {n}" for n in range(len(values))],
        "series": [Series("Einwohner", values)],
        **parts,
    }
    return kind(**parts)


def drawing(of: Chart) -> Any:
    return fromstring(of.document())


def words(of: Chart) -> list[str]:
    return [(e.text or "") + "".join(tip.tail or "" for tip in e) for e in drawing(of).iter(f"{SVG}text")]


def tips(of: Chart) -> list[str]:
    return [element.text for element in drawing(of).iter(f"{SVG}title")][1:]


def bars(of: Chart) -> list[tuple[float, float]]:
    """Left edge and width of each bar that has a tip: neither the ground nor the legend."""
    rectangles = [r for r in drawing(of).iter(f"{SVG}rect") if r.find(f"{SVG}title") is not None]
    return [(float(r.get("x")), float(r.get("width"))) for r in rectangles]


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


# --- for all kinds ---


@pytest.mark.parametrize("kind", KINDS)
def test_a_picture_has_title_and_description_under_ids_of_its_own(kind: type[Chart]) -> None:
    picture = fromstring(chart(kind, 1, 2, key="a-b", title="<b>&\"'").svg)
    assert (picture.get("role"), picture.get("aria-labelledby")) == ("img", "chart-a-b-title chart-a-b-desc")
    assert [(part.get("id"), part.text) for part in picture[:2]] == [
        ("chart-a-b-title", "<b>&\"'"),
        ("chart-a-b-desc", "Beschreibung"),
    ]
    ids = re.findall(r' id="([^"]+)"', chart(kind, 1, 2, key="a-b").svg)
    others = re.findall(r' id="([^"]+)"', chart(kind, 1, 2, key="a-c").svg)
    assert len(ids) == len(set(ids))
    assert set(ids) & set(others) == set()


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_drawn_needs_a_style_or_a_script(kind: type[Chart]) -> None:
    series = [Series(str(n), [1, 2, 3]) for n in range(3)]
    drawn = chart(kind, 1, 2, 3, series=series, highlighted=1).svg
    assert re.findall(r"style=|<style|<script|\son\w+=|javascript:|https?://(?!www\.w3\.org/2000/svg)", drawn) == []


@pytest.mark.parametrize("kind", KINDS)
def test_the_document_is_the_same_picture_on_white(kind: type[Chart]) -> None:
    one = chart(kind, 5, 7, 9)
    page, document = fromstring(one.svg), fromstring(one.document())
    ground = document.find(f"{SVG}rect")
    assert (ground.get("fill"), document.get("viewBox")) == ("#fff", page.get("viewBox"))
    document.remove(ground)
    shapes = [(e.tag, e.text, sorted(e.items())) for e in document.iter() if e is not document]
    assert shapes == [(e.tag, e.text, sorted(e.items())) for e in page.iter() if e is not page]


def test_every_colour_is_told_from_the_light_and_from_the_dark_ground() -> None:
    for colour in (*SHADES, MARK):
        for ground in ("#ffffff", "#f4f5f8", "#0e1018", "#171a25", "#000000"):
            lighter, darker = sorted((luminance(colour), luminance(ground)), reverse=True)
            assert (lighter + 0.05) / (darker + 0.05) >= 3, (colour, ground)


def test_series_differ_by_more_than_their_colour() -> None:
    assert len({*HATCHINGS}) == len(HATCHINGS) >= ShareChart.most_categories
    assert len({*DASHES}) == len(DASHES) >= LineChart.most_series
    series = [Series(f"Reihe {n}", [1, 2]) for n in range(4)]
    lines = drawing(chart(LineChart, 1, 2, series=series))
    assert {p.get("stroke-dasharray") for p in lines.iter(f"{SVG}path") if p.get("stroke-width") == "2.5"} == {
        None,
        "8 4",
        "2 4",
        "10 3 2 3",
    }
    fills = {r.get("fill") for r in drawing(chart(BarChart, 1, 2, series=series)).iter(f"{SVG}rect")}
    assert fills == {"#fff", SHADES[0], *(f"url(#chart-test-{n})" for n in (2, 3, 4))}


@pytest.mark.parametrize(
    ("parts", "reason"),
    [
        ({"key": "Ä b"}, "no key"),
        ({"key": ""}, "no key"),
        ({"title": ""}, "title"),
        ({"description": ""}, "description"),
        ({"unit": ""}, "unit"),
        ({"heading": ""}, "heading"),
        ({"categories": []}, "0 categories"),
        ({"categories": ["x"] * 61}, "61 categories"),
        ({"series": []}, "0 series"),
        ({"series": [Series("x", [1, 2])] * 5}, "5 series"),
        ({"series": [Series("x", [1])]}, "one value for each category"),
        ({"series": [Series("x", [1, math.nan])]}, "no number"),
        ({"series": [Series("x", [1, math.inf])]}, "no number"),
        ({"addresses": ["/"]}, "address"),
        ({"highlighted": 2}, "no category 2"),
        ({"highlighted": -1}, "no category -1"),
    ],
)
def test_what_cannot_be_drawn_is_refused_with_the_reason(parts: dict[str, Any], reason: str) -> None:
    assert chart(BarChart, 1, 2).svg
    with pytest.raises(ValueError, match=reason):
        chart(BarChart, 1, 2, **parts)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "values",
    [
        (0,),
        (None,),
        (7,),
        (None, None),
        (0, 0, 0),
        (5, 5, 5),
        (1, None, 3),
        (0.001, 0.002),
        (1e12, 3),
        tuple(range(60)),
        (-1, -2),
        (-5, 0, 5, None),
    ],
)
def test_any_figures_give_a_picture_inside_its_frame(kind: type[Chart], values: tuple[float | None, ...]) -> None:
    if kind is ShareChart and (len(values) > 6 or any(v is not None and v < 0 for v in values)):
        with pytest.raises(ValueError, match=r"categories|less than nothing"):
            chart(kind, *values)
        return
    picture = drawing(chart(kind, *values))
    left, top, width, height = map(float, picture.get("viewBox").split())
    assert (left, top, width) == (0, 0, WIDTH)
    for rectangle in picture.iter(f"{SVG}rect"):
        if rectangle.get("fill") != "#fff":
            assert float(rectangle.get("x")) >= 0
            assert float(rectangle.get("x")) + float(rectangle.get("width")) <= WIDTH
            assert float(rectangle.get("y")) + float(rectangle.get("height")) <= height
    for text in picture.iter(f"{SVG}text"):
        assert 0 <= float(text.get("x")) <= WIDTH
        assert 0 <= float(text.get("y")) <= height
    assert "nan" not in chart(kind, *values).svg


# --- the table ---


def test_the_table_holds_the_same_figures_in_german() -> None:
    one = chart(
        BarChart,
        1234,
        None,
        -0.5,
        categories=["A", "B", "C"],
        addresses=["/a", "", "/c"],
        decimals=1,
    )
    assert [tuple(column) for column in one.table.columns] == [("Kommune", False), ("Einwohner", True)]
    assert [[tuple(cell) for cell in row] for row in one.table.rows] == [
        [("A", False, "/a"), ("1.234,0", True, "")],
        [("B", False, ""), (words(one)[4], True, "")],
        [("C", False, "/c"), ("−0,5", True, "")],
    ]
    assert words(one) == ["Einwohner", "A", "1.234,0", "B", words(one)[4], "C", "−0,5"]
    several = chart(BarChart, 1, series=[Series("2023", [1]), Series("2025", [2])])
    assert [column.label for column in several.table.columns] == ["Kommune", "2023", "2025"]


def test_the_component_shows_picture_table_and_source() -> None:
    one = chart(BarChart, 4711, source="Amt <A>", source_url="https://example.org/")
    html = re.sub(r"\s+", " ", render_to_string("components/chart.html", {"chart": one}))
    assert html.count("<svg") == html.count("<table") == html.count("<figcaption") == 1
    assert html.count("4.711") == 3  # bar, its tip, table
    assert '<a href="https://example.org/">Amt &lt;A&gt;</a>' in html
    assert "source-note" not in render_to_string("components/chart.html", {"chart": chart(BarChart, 1)})


# --- bars ---


def test_bars_are_as_long_as_their_values_and_say_them() -> None:
    one = chart(BarChart, 100, 50, 25, 0)
    edges = {x for x, _width in bars(one)}
    lengths = [width for _x, width in bars(one)]
    assert edges == {0}
    assert lengths == [lengths[0], pytest.approx(lengths[0] / 2, abs=0.1), pytest.approx(lengths[0] / 4, abs=0.1)]
    assert [text for text in words(one) if text.isdigit()] == ["100", "50", "25", "0"]


def test_bars_below_nothing_go_to_the_other_side() -> None:
    (first, second) = bars(chart(BarChart, 10, -10))
    assert second[0] + second[1] == pytest.approx(first[0], abs=0.1)
    assert first[1] == pytest.approx(second[1], abs=0.1)


def test_a_missing_value_has_no_bar_and_is_said() -> None:
    one = chart(BarChart, 10, None)
    assert len(bars(one)) == 1
    assert words(one)[-1] == one.table.rows[1][1].text != ""


def test_what_is_highlighted_is_bold_and_marked() -> None:
    picture = drawing(chart(BarChart, 10, 20, highlighted=1))
    assert [t.text for t in picture.iter(f"{SVG}text") if t.get("font-weight") == "600"] == ["Ort 1", "20"]
    assert [r.get("fill") for r in picture.iter(f"{SVG}rect")] == ["#fff", SHADES[0], MARK]


def test_a_long_label_is_shortened_with_the_whole_in_its_tip() -> None:
    label = "Verwaltungsgemeinschaft " * 8
    one = chart(BarChart, 1, categories=[label])
    assert words(one)[2].endswith("…")
    assert tips(one).count(label) == 2
    assert label not in words(one)
    assert chart(BarChart, 1, categories=[label]).table.rows[0][0].text == label
    assert max(map(len, words(chart(BarChart, 1, categories=["x" * 500])))) < 60


def test_labels_break_between_words_and_behind_the_dash_of_a_span() -> None:
    assert wrap("1.000–1.999", 60) == ["1.000–", "1.999"]
    assert wrap("a – b", 500) == ["a – b"]
    assert wrap("Bad Wörishofen", 60) == ["Bad", "Wörishofen"]
    assert wrap("", 60) == [""]


# --- columns and lines ---


@pytest.mark.parametrize(
    ("low", "high", "decimals", "expected"),
    [
        (0, 100, 0, [0, 20, 40, 60, 80, 100]),
        (0, 3, 0, [0, 1, 2, 3]),
        (0, 1, 0, [0, 1]),
        (0, 1, 1, [0, 0.2, 0.4, 0.6, 0.8, 1]),
        (-7, 12, 0, [-10, -5, 0, 5, 10, 15]),
        (93_000, 93_499, 0, [93_000, 93_100, 93_200, 93_300, 93_400, 93_500]),
        (0, 0, 0, [0, 1]),
        (-5, -5, 0, [-5, -4, -3, -2, -1, 0]),
    ],
)
def test_a_scale_has_round_numbers_around_the_values(
    low: float, high: float, decimals: int, expected: list[float]
) -> None:
    assert ticks(low, high, decimals) == expected


def test_columns_stand_on_nothing_and_name_what_is_missing() -> None:
    one = chart(ColumnChart, 10, None, -5, categories=["2023", "2024", "2025"])
    columns = [r for r in drawing(one).iter(f"{SVG}rect") if r.find(f"{SVG}title") is not None]
    up, down = ((float(c.get("y")), float(c.get("height"))) for c in columns)
    assert up[0] + up[1] == pytest.approx(down[0], abs=0.1)
    assert up[1] == pytest.approx(2 * down[1], abs=0.2)
    assert words(one)[-1].endswith(": 2024")
    assert [text for text in words(one) if text.startswith("20")] == ["2023", "2024", "2025"]


def test_labels_of_many_columns_are_thinned_out_evenly() -> None:
    years = [str(year) for year in range(1990, 2026)]
    one = chart(ColumnChart, *range(36), categories=years)
    shown = [int(text) for text in words(one) if text in years]
    steps = {later - earlier for earlier, later in itertools.pairwise(shown)}
    assert (shown[0], len(steps)) == (1990, 1)
    assert [tip.split(":")[0] for tip in tips(one)] == years


def test_a_line_has_a_gap_where_a_figure_is_missing() -> None:
    one = chart(LineChart, 1, 2, None, 4, 5)
    (line,) = [p for p in drawing(one).iter(f"{SVG}path") if p.get("stroke-width") == "2.5"]
    assert re.sub(r"[-0-9. ]", "", line.get("d")) == "MLML"
    assert len(tips(one)) == 4
    assert words(one)[-1].endswith(": Ort 2")


def test_days_are_as_far_apart_on_the_line_as_in_time() -> None:
    days = [dt.date(2020, 1, 1), dt.date(2021, 1, 1), dt.date(2024, 1, 1)]
    one = chart(LineChart, 1, 2, 3, categories=["a", "b", "c"], days=days)
    (line,) = [p for p in drawing(one).iter(f"{SVG}path") if p.get("stroke-width") == "2.5"]
    first, second, third = (float(x) for x in re.findall(r"[ML]([0-9.]+)", line.get("d")))
    assert (second - first) / (third - first) == pytest.approx(366 / 1461, abs=0.01)
    for wrong in (days[:2], [days[0], days[0], days[1]]):
        with pytest.raises(ValueError, match="day"):
            chart(LineChart, 1, 2, 3, days=wrong)


def test_a_line_of_close_values_shows_their_difference_and_its_scale_says_so() -> None:
    close = chart(LineChart, 93_000, 93_499)
    assert "93.000" in words(close)
    assert "0" not in words(close)
    assert "0" in words(chart(LineChart, 10, 100))


# --- shares ---


def test_shares_fill_the_bar_and_stand_in_the_table() -> None:
    one = chart(ShareChart, 1, 3, 0, None, categories=["a", "b", "c", "d"])
    widths = [width for _x, width in bars(one)]
    assert widths == [pytest.approx(WIDTH / 4 - 2, abs=0.1), pytest.approx(WIDTH * 3 / 4 - 2, abs=0.1)]
    assert [column.label for column in one.table.columns][:2] == ["Kommune", "Einwohner"]
    assert [row[2].text for row in one.table.rows][:3] == ["25,0 %", "75,0 %", "0,0 %"]
    assert [text for text in words(one) if "%" in text] == ["25 %", "75 %"]


def test_a_small_share_never_reads_like_nothing() -> None:
    one = chart(ShareChart, 1, 99_999)
    assert one.table.rows[0][2].text != "0,0 %"
    assert re.findall(r"[0-9,]+", one.table.rows[0][2].text) == ["0,1"]


def test_a_part_less_than_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="less than nothing"):
        chart(ShareChart, 1, -1)
    with pytest.raises(ValueError, match="7 categories"):
        chart(ShareChart, *range(7))


# --- values ---


def test_a_chart_cannot_be_changed() -> None:
    one = chart(BarChart, 1)
    with pytest.raises(dataclasses.FrozenInstanceError):
        one.title = "x"  # type: ignore[misc]


def test_numbers_have_groups_and_a_real_minus() -> None:
    assert [number(1234567), number(-1.25, 2), number(0), number(1.99, 1)] == ["1.234.567", "−1,25", "0", "2,0"]
    assert [number(-0.04, 1), number(1e16), number(0.1 + 0.2, 2)] == ["0,0", "10.000.000.000.000.000", "0,30"]


def test_the_area_of_a_circle_is_its_figure() -> None:
    one = chart(BubbleChart, 1, 4, 0, 100, links=[["/1", "/4", "", "/100"]])
    picture = drawing(one)
    assert [float(circle.get("r")) for circle in picture.iter(f"{SVG}circle")] == [1.8, 3.6, 18]
    assert [link.get("href") for link in picture.iter(f"{SVG}a")] == ["/1", "/4", "/100"]
    assert picture.get("role") == "group"  # a picture would hide the links


def test_circles_refuse_links_that_fit_no_figure() -> None:
    with pytest.raises(ValueError, match="a link for each figure"):
        chart(BubbleChart, 1, 2, links=[["/1"]])
