"""The arithmetic of compensation: golden cases, boundaries, and an independent recomputation."""

import datetime as dt

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from complaints.compensation import rules
from complaints.compensation.capitals import in_capitals
from complaints.compensation.rules import Loan, Outage, Terms, Tier
from complaints.compensation.trail import duration, percent
from complaints.states.compensation import Base
from complaints.tests import recomputed

START = dt.datetime(2026, 11, 22, tzinfo=dt.UTC)
TIERS = (Tier(7200, 10, 100), Tier(14_400, 20, 200), Tier(28_800, 30, 300))
MILLION = Loan("LA-1", 100_000_000, 395, 12)
HOUR = 3600


def terms(**values):
    given = {"base": Base.OF_RATE, "months": 12, "minimum_fen": 0, "cap_fen": 10**9, "fee_fen": 0}
    return Terms(version="t", tiers=TIERS, fast_lane=True, **{**given, **values})


def span(start, end):
    return (START + dt.timedelta(seconds=start), START + dt.timedelta(seconds=end))


def outage(*spans):
    return Outage(frozenset({1}), tuple(span(*each) for each in spans))


def fen(seconds, **values):
    facts = rules.assess(terms(**values), outage((0, seconds)), [MILLION], queries=1)
    return None if facts is None else facts["total_fen"]


@pytest.mark.parametrize(
    ("hours", "of_rate", "points"), [(3, 3_950, 100_000), (5, 7_900, 200_000), (9, 11_850, 300_000)]
)
def test_a_million_at_3_95_percent_for_a_year(hours, of_rate, points):
    """39.50 to 118.50 yuan of the rate; 1,000 to 3,000 yuan as percentage points: 25-fold."""
    assert fen(hours * HOUR) == of_rate
    assert fen(hours * HOUR, base=Base.PERCENTAGE_POINTS) == points


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (7_200, None),
        (7_201, 3_950),
        (14_400, 3_950),
        (14_401, 7_900),
        (28_800, 7_900),
        (28_801, 11_850),
    ],
)
def test_a_tier_begins_a_second_after_its_threshold(seconds, expected):
    assert fen(seconds) == expected


def test_a_shorter_term_counts_its_own_months():
    reached = TIERS[0]
    assert rules.share(terms(), reached, Loan("LA-2", 100_000_000, 395, 6)) == 1_975
    assert rules.share(terms(months=3), reached, MILLION) == 988  # 987.5, half a fen upwards


def test_each_loan_is_rounded_by_itself_and_all_are_added():
    small = Loan("LA-3", 127, 10_000, 12)  # 0.127 fen
    facts = rules.assess(terms(), outage((0, 7201)), [MILLION, small, small], queries=2)
    assert [row["fen"] for row in facts["loans"]] == [3_950, 0, 0]
    assert facts["total_fen"] == 3_950


def test_least_sum_cap_and_fee():
    assert fen(7_201, minimum_fen=5_000) == 5_000
    assert fen(7_201, cap_fen=2_000) == 2_000
    assert fen(7_201, cap_fen=2_000, fee_fen=2_500) == 4_500  # what was paid for nothing, on top
    nobody = rules.assess(terms(minimum_fen=500), outage((0, 7201)), [], queries=0)
    assert (nobody["total_fen"], nobody["points"]) == (500, 100)


def test_overlapping_incidents_are_one_outage_and_paid_once():
    found = rules.outages({1: [span(0, 2 * HOUR)], 2: [span(HOUR, 3 * HOUR)]})
    assert [(each.incidents, each.seconds) for each in found] == [({1, 2}, 3 * HOUR)]


def test_incidents_apart_are_outages_apart():
    found = rules.outages({2: [span(9_000, 12_000)], 1: [span(0, 8_000)]})
    assert [(each.incidents, each.seconds) for each in found] == [({1}, 8_000), ({2}, 3_000)]


def test_an_incident_that_paused_is_still_one():
    found = rules.outages({1: [span(0, 4_000), span(5_000, 9_000)]})
    assert [each.seconds for each in found] == [8_000]


# --- For whatever windows -------------------------------------------------------------------

edges = st.tuples(st.integers(0, 400), st.integers(1, 120)).map(lambda x: (x[0], x[0] + x[1]))
windows = st.dictionaries(st.integers(1, 5), st.lists(edges, max_size=4), max_size=4)


def drawn(given_windows):
    return rules.outages(
        {number: [span(*edge) for edge in spans] for number, spans in given_windows.items()}
    )


@given(windows)
def test_outages_agree_with_counting_seconds_one_by_one(given_windows):
    ours = {(each.incidents, each.seconds) for each in drawn(given_windows)}
    assert ours == recomputed.by_the_second(given_windows)


@given(windows, st.randoms())
def test_neither_order_nor_splitting_changes_anything(given_windows, chance):
    pieces = {}
    for number, spans in given_windows.items():
        cut = [half for a, b in spans for half in ((a, (a + b) // 2), ((a + b) // 2, b))]
        pieces[number] = chance.sample(cut, len(cut))
    shuffled = dict(chance.sample(sorted(pieces.items()), len(pieces)))
    assert drawn(shuffled) == drawn(given_windows)


@given(windows)
def test_no_second_is_counted_for_two_outages(given_windows):
    found = drawn(given_windows)
    together = sum(each.seconds for each in found)
    spans = [one for each in found for one in each.spans]
    assert together == Outage(frozenset(), tuple(spans)).seconds


@given(st.integers(1, 60_000), st.integers(0, 60_000), st.integers(1, 10**10))
def test_a_longer_outage_or_a_larger_loan_never_gives_less(seconds, longer, amount):
    def total(length, amount_fen):
        loan = Loan("L", amount_fen, 395, 12)
        facts = rules.assess(terms(), outage((0, length)), [loan], queries=1)
        return facts["total_fen"] if facts else 0

    assert total(seconds, amount) <= total(seconds + longer, amount)
    assert total(seconds, amount) <= total(seconds, amount * 2)


@given(
    st.integers(1, 10**11),
    st.integers(0, 3_600),
    st.integers(1, 360),
    st.integers(1, 12),
    st.sampled_from(TIERS),
    st.sampled_from(Base),
)
def test_shares_agree_with_exact_fractions(amount, rate, term, months, tier, base):
    ours = rules.share(terms(base=base, months=months), tier, Loan("L", amount, rate, term))
    exact = recomputed.share(amount, rate, min(months, term), tier.bp, of_rate=base == Base.OF_RATE)
    assert ours == exact


# --- In words -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        (0, "零元整"),
        (5, "伍分"),
        (30, "叁角整"),
        (105, "壹元零伍分"),
        (3_950, "叁拾玖元伍角整"),
        (112_300, "壹仟壹佰贰拾叁元整"),
        (10_050, "壹佰元伍角整"),
        (100_100_000, "壹佰万壹仟元整"),
        (10_000_000_100, "壹亿零壹元整"),
        (1_000_000_010_507, "壹佰亿零壹佰零伍元零柒分"),
    ],
)
def test_capital_numerals(amount, words):
    assert in_capitals(amount) == words


def test_units_in_words():
    assert percent(395) == "3.95%"
    with pytest.raises(ValueError, match="between"):
        in_capitals(10**14)


def test_a_duration_hides_no_second():
    with translation.override("en"):
        assert duration(7_201) == "2 h 1 s"
        assert duration(0) == "0 s"
