"""What an undertaking costs: forty cases counted by hand, and rules that hold for every case."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from funding.models import Programme
from funding.services.calculating import Rules, Year, calculate, rounded, rules_of

D = Decimal


def rules(text: str) -> Rules:
    """Read ``rate 60, max 100000, min 5000, own 10, limit 90, ja``; what is left out is not known."""
    values: dict[str, Any] = {"name": "P", "rate": D(0)}
    names = {"rate": "rate", "max": "amount_max", "min": "amount_min", "own": "own_share", "limit": "limit"}
    for part in text.split(", "):
        name, _blank, number = part.partition(" ")
        values |= {names[name]: D(number)} if number else {"cumulation": name}
    return Rules(**values)


GOLDEN = [
    # eligible and other costs by year; programmes; grants; what stays with the municipality
    # --- one programme: rate ---
    ("100000", "", ["rate 60"], ["60000"], "40000"),
    ("100000", "", ["rate 100"], ["100000"], "0"),
    ("100000", "", ["rate 0"], ["0"], "100000"),
    ("100000", "20000", ["rate 60"], ["60000"], "60000"),
    ("33333.33", "", ["rate 60"], ["20000.00"], "13333.33"),
    ("100", "", ["rate 33.33"], ["33.33"], "66.67"),
    ("0.05", "", ["rate 50"], ["0.03"], "0.03"),  # exactly 0.025 each: shown half a cent up
    ("0", "5000", ["rate 80"], ["0"], "5000"),
    ("0", "", ["rate 80"], ["0"], "0"),
    ("1000 2000 3000", "", ["rate 50"], ["3000"], "3000"),
    ("1000 2000 3000", "100 200 300", ["rate 50"], ["3000"], "3600"),
    ("999999.99", "0.01", ["rate 75"], ["749999.99"], "250000.01"),
    # --- ceiling and floor ---
    ("100000", "", ["rate 80, max 50000"], ["50000"], "50000"),
    ("62500", "", ["rate 80, max 50000"], ["50000"], "12500"),
    ("62500.01", "", ["rate 80, max 50000"], ["50000"], "12500.01"),
    ("6250", "", ["rate 80, min 5000"], ["5000"], "1250"),
    ("6249.99", "", ["rate 80, min 5000"], ["0"], "6249.99"),
    ("6000", "4000", ["rate 80, min 5000"], ["0"], "10000"),
    ("40000 60000", "", ["rate 90, max 45000"], ["45000"], "55000"),
    ("40000 60000", "", ["rate 90, max 45000, min 45000"], ["45000"], "55000"),
    # --- own share ---
    ("100000", "", ["rate 90, own 10"], ["90000"], "10000"),
    ("100000", "", ["rate 95, own 10"], ["90000"], "10000"),
    ("100000", "", ["rate 95, own 5"], ["95000"], "5000"),
    ("100000", "50000", ["rate 95, own 10"], ["90000"], "60000"),
    ("100000", "", ["rate 95, max 92000, own 10"], ["90000"], "10000"),
    ("100000", "", ["rate 95, max 80000, own 10"], ["80000"], "20000"),
    ("100000", "", ["rate 100, own 100"], ["0"], "100000"),
    ("100000", "", ["rate 60, limit 50"], ["60000"], "40000"),  # a limit for several says nothing of one alone
    # --- two and three programmes ---
    ("100000", "", ["rate 50, own 10, ja", "rate 30, own 10, ja"], ["50000", "30000"], "20000"),
    ("100000", "", ["rate 60, own 10, ja", "rate 50, own 10, ja"], ["60000", "30000"], "10000"),
    ("100000", "", ["rate 60, own 10, ja", "rate 50, own 20, ja"], ["60000", "20000"], "20000"),
    ("100000", "", ["rate 60, own 10, limit 75, ja", "rate 50, ja"], ["60000", "15000"], "25000"),
    ("100000", "", ["rate 60, limit 75, ja", "rate 50, limit 70, ja"], ["60000", "10000"], "30000"),
    ("100000", "", ["rate 80, limit 75, ja", "rate 50, ja"], ["75000", "0"], "25000"),
    ("100000", "", ["rate 60, ja", "rate 50, min 45000, ja"], ["60000", "0"], "40000"),
    ("100000", "", ["rate 40, max 30000, ja", "rate 50, ja"], ["30000", "50000"], "20000"),
    ("200000", "10000", ["rate 40, own 10, ja", "rate 30, ja", "rate 30, ja"], ["80000", "60000", "40000"], "30000"),
    ("200000", "", ["rate 50, limit 80, ja", "rate 25, ja", "rate 20, ja"], ["100000", "50000", "10000"], "40000"),
    ("10000 30000", "", ["rate 50, ja", "rate 60, own 5, ja"], ["20000", "18000"], "2000"),
    ("100000", "", ["rate 30, begrenzt", "rate 20"], ["30000", "20000"], "50000"),
]


def years(eligible: str, other: str) -> list[Year]:
    costs = [D(part) for part in eligible.split()]
    others = [D(part) for part in other.split()] or [D(0)] * len(costs)
    return [Year(eligible=cost, other=extra) for cost, extra in zip(costs, others, strict=True)]


@pytest.mark.parametrize(("eligible", "other", "programmes", "grants", "own"), GOLDEN)
def test_golden_cases(eligible: str, other: str, programmes: list[str], grants: list[str], own: str) -> None:
    """Forty cases, counted by hand; shown with two places, half a cent up."""
    result = calculate(years(eligible, other), [rules(text) for text in programmes])
    assert [rounded(grant.total) for grant in result.grants] == [D(grant).quantize(D("0.01")) for grant in grants]
    assert rounded(result.own) == D(own).quantize(D("0.01"))


def test_there_are_forty_golden_cases() -> None:
    assert len(GOLDEN) == 40


def test_programmes_that_allow_no_other_money_cannot_be_combined() -> None:
    result = calculate(years("100000", ""), [rules("rate 60, nein"), rules("rate 30, ja")])
    assert len(result.problems) == 1
    assert [rounded(grant.total) for grant in result.grants] == [D("60000.00"), D("30000.00")]
    assert [rounded(flow.received) for flow in result.flows] == [D("0.00")]
    assert calculate(years("100000", ""), [rules("rate 60, nein")]).problems == ()


def test_what_made_a_grant_smaller_is_said() -> None:
    result = calculate(years("100000", ""), [rules("rate 80, max 50000, own 60")])
    assert result.grants[0].notes == (
        "Gekappt beim größten Zuschuss von 50.000 €.",
        "Verringert: Mit dem Eigenanteil dürfen höchstens 40 % der förderfähigen Kosten öffentliche Mittel sein.",
    )


def test_liquidity_with_grants_that_arrive_later() -> None:
    result = calculate(years("10000 30000", "0 2000"), [rules("rate 50")], paid_later=True)
    shown = [tuple(rounded(value) for value in (f.costs, f.received, f.own, f.ahead)) for f in result.flows]
    assert shown == [
        (D("10000.00"), D("0.00"), D("10000.00"), D("5000.00")),
        (D("32000.00"), D("5000.00"), D("27000.00"), D("15000.00")),
        (D("0.00"), D("15000.00"), D("-15000.00"), D("0.00")),
    ]


def test_a_municipality_in_budget_consolidation_pays_less_and_the_lower_rate_counts() -> None:
    programme = Programme(title="P", rate_min=60, rate_max=90, own_share_min=10, own_share_reduced=5)
    usual, reduced = (rules_of(programme, in_consolidation=said) for said in (False, True))
    assert usual is not None
    assert reduced is not None
    assert (usual.rate, usual.own_share, reduced.own_share) == (60, 10, 5)
    chosen = rules_of(programme, in_consolidation=False, rate=D(99))
    assert chosen is not None
    assert chosen.rate == 90
    assert rules_of(Programme(title="P"), in_consolidation=True) is None


@pytest.mark.parametrize(
    ("value", "shown"),
    [(Fraction(1, 200), "0.01"), (Fraction(-1, 200), "-0.01"), (Fraction(1, 3), "0.33"), (Fraction(2, 3), "0.67")],
)
def test_half_a_cent_is_rounded_up(value: Fraction, shown: str) -> None:
    assert rounded(value) == D(shown)


amounts = st.decimals(0, 10_000_000, places=2)
shares = st.none() | st.decimals(0, 100, places=2)


@given(
    st.lists(st.builds(Year, eligible=amounts, other=amounts), min_size=1, max_size=6),
    st.lists(
        st.builds(
            Rules,
            name=st.just("P"),
            rate=st.decimals(0, 100, places=2),
            amount_min=st.none() | amounts,
            amount_max=st.none() | amounts,
            own_share=shares,
            limit=shares,
            cumulation=st.sampled_from(["", "ja", "begrenzt"]),
        ),
        min_size=1,
        max_size=3,
    ),
    st.booleans(),
)
def test_nothing_is_lost_and_nothing_is_paid_twice(
    costs: list[Year], programmes: list[Rules], paid_later: bool
) -> None:
    """Whatever the case: grants within the eligible costs, each within its bounds, and every cent in a year."""
    result = calculate(costs, programmes, paid_later=paid_later)
    assert 0 <= result.granted <= result.eligible
    assert result.own + result.granted == result.eligible + result.other
    for grant in result.grants:
        assert grant.total <= result.eligible * Fraction(grant.rules.rate) / 100
        assert grant.rules.amount_max is None or grant.total <= grant.rules.amount_max
        assert grant.total == 0 or grant.rules.amount_min is None or grant.total >= grant.rules.amount_min
        assert sum(grant.by_year) == grant.total
    assert sum(flow.received for flow in result.flows) == result.granted
    assert sum(flow.own for flow in result.flows) == result.own
    assert result.flows[-1].ahead == 0
    assert all(flow.ahead >= 0 for flow in result.flows)
