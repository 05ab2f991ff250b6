from benchmarks import report


def page(slug="list", statements=3, p50=10.0, bare=2.0, **more):
    return {
        "slug": slug,
        "label": slug,
        "statements": statements,
        "http_ms": {"p50": p50},
        "bare_statement_ms": {"p50": bare},
        **more,
    }


def size(programmes, *pages):
    return {"programmes": programmes, "pages": pages}


def verdicts(*sizes):
    return [(aim["value"], aim["at_most"], aim["met"]) for aim in report.aims(sizes)]


def test_aim_of_statements_is_met_up_to_the_limit():
    assert verdicts(size(10, page(statements=8), page(statements=9))) == [(8, 8, True), (9, 8, False)]


def test_aim_of_growth_is_judged_where_the_data_grow_tenfold():
    grown = verdicts(size(10, page(p50=10)), size(100, page(p50=14)))
    assert grown[-1] == (1.4, 1.3, False)
    assert verdicts(size(10, page(p50=10)), size(100, page(p50=12)))[-1] == (1.2, 1.3, True)
    assert verdicts(size(10, page(p50=10)), size(50, page(p50=14))) == [(3, 8, True), (3, 8, True)]


def test_aim_of_the_place_search_is_judged_in_every_way_it_is_measured():
    ratios = {"in_process": {"p50": 2.0, "p95": 3.1}}
    assert verdicts(size(10, page(aim_ratios=ratios)))[1:] == [(2.0, 3.0, True), (3.1, 3.0, False)]


def test_growth_names_page_and_statement_apart():
    (grown,) = report.growth([size(10, page(p50=10, bare=2)), size(100, page(p50=30, bare=20))])
    assert (grown["times"], grown["bare_statement_times"]) == (3.0, 10.0)
