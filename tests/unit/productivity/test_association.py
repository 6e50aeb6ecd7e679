"""How sessions and commits go together: the pairs, the numbers known from outside, and what is called significant."""

import io
import json
import math
import subprocess
import sys
from typing import Any

import msgspec
import pytest
from botocore.exceptions import ReadTimeoutError

from belvedere.boards.productivity.kpis import association
from belvedere.boards.productivity.kpis.association import (
    Pairs,
    adjustment,
    associated,
    effect_size,
    metrics_of,
    paired,
)
from belvedere.boards.productivity.stats.correlation import NOTHING, correlations
from belvedere.boards.productivity.stats.significance import adjusted
from belvedere.clock import DAY_MS
from belvedere.errors import Unavailable
from belvedere.settings import Settings
from productivity.association import handler

MARCH = 19_783 * DAY_MS  # 2024-03-01
SESSIONS = {MARCH + n * DAY_MS: number for n, number in enumerate([3, 5, 2, 8, 6, 7, 1])}
COMMITS = {MARCH + n * DAY_MS: number for n, number in enumerate([1, 2, 4, 3, 6, 5, 6, 2])}
NAMES = Settings(**{f"{name}_table": name for name in ("events", "rollups", "cache", "state", "directory")})
NOTHING_KNOWN = {"pearson": NOTHING, "spearman": NOTHING}


def told(pairs: Pairs) -> list[float]:
    found = correlations(*pairs)
    return [found[method][name] for method in ("pearson", "spearman") for name in ("r", "p_value")]


# Known from outside


@pytest.mark.parametrize(
    ("lag", "count", "numbers"),
    [
        (0, 7, [-0.0462645756, 0.9215428452, -0.1081124955, 0.8175332656]),
        (1, 7, [0.9488437247, 0.0011058448, 0.9274260335, 0.0026200444]),
        (2, 6, [-0.2819629507, 0.5882640390, -0.2898855178, 0.5773517870]),
    ],
)
def test_the_known_series(lag: int, count: int, numbers: list[float]) -> None:
    pairs = paired(SESSIONS, COMMITS, lag)
    assert len(pairs[0]) == len(pairs[1]) == count
    assert told(pairs) == pytest.approx(numbers, abs=1e-9)


def test_the_known_adjustments_are_done_properly() -> None:
    without_lag = adjustment(correlations(*paired(SESSIONS, COMMITS, 0)))["adjusted"]
    assert without_lag == pytest.approx(dict.fromkeys(("ai_outcome_pearson", "ai_outcome_spearman"), 0.9215428452))
    a_day_later = adjustment(correlations(*paired(SESSIONS, COMMITS, 1)))["adjusted"]
    assert a_day_later == pytest.approx({"ai_outcome_pearson": 0.0022116895, "ai_outcome_spearman": 0.0026200444})


# Pairs


def test_a_pair_takes_both_of_its_days() -> None:
    assert paired({0: 2, 3 * DAY_MS: 1}, {DAY_MS: 5, 2 * DAY_MS: 9}, 1) == ([2], [5])


def test_days_without_anything_are_zeros_where_that_is_asked() -> None:
    sessions, commits = {DAY_MS: 2, 4 * DAY_MS: 1}, {2 * DAY_MS: 5}
    assert paired(sessions, commits, 0, fill=True) == ([2, 0, 0, 1], [0, 5, 0, 0])
    assert paired(sessions, commits, 1, fill=True) == ([2, 0, 0], [5, 0, 0])
    assert paired({}, {}, 1, fill=True) == ([], [])


# What cannot be told


@pytest.mark.parametrize(("x", "y"), [([], []), ([1], [2]), ([3, 3, 3, 3], [1, 2, 3, 4]), ([1, 2, 3], [5, 5, 5])])
def test_nothing_is_told_of_too_few_pairs_or_of_a_constant(x: list[float], y: list[float]) -> None:
    assert correlations(x, y) == NOTHING_KNOWN


def test_two_pairs_are_a_line_of_no_weight_and_three_have_no_interval() -> None:
    two, three = correlations([1, 2], [4, 9]), correlations([1, 2, 3], [1, 3, 2])
    assert two["pearson"] == {"r": pytest.approx(1.0), "p_value": 1.0, "confidence_interval": None}
    assert two["spearman"] == {"r": pytest.approx(1.0), "p_value": None, "confidence_interval": None}
    assert three["pearson"]["confidence_interval"] is None
    assert three["spearman"]["confidence_interval"] is None
    assert three["pearson"]["p_value"] is not None


def test_an_answer_is_json_whatever_the_numbers() -> None:
    for y in ([1, 2, 3, 4, 5], [5, 4, 3, 2, 1], [1, 1, 1, 1, 2], [10**9, 0, 0, 0, 1]):
        json.dumps(correlations([1, 2, 3, 4, 5], y), allow_nan=False)


def test_intervals_hold_the_coefficient_and_shrink_with_more_pairs() -> None:
    def widths(n: int) -> list[float]:
        x = list(range(n))
        found = correlations(x, [i + 5 * math.sin(3 * i) for i in x]).values()
        for one in found:
            low, high = one["confidence_interval"]
            assert -1 <= low < one["r"] < high <= 1
        return [one["confidence_interval"][1] - one["confidence_interval"][0] for one in found]

    assert all(few > many for few, many in zip(widths(8), widths(80), strict=True))


def test_spearman_s_interval_is_that_of_bonett_and_wright() -> None:
    found = correlations(*paired(SESSIONS, COMMITS, 1))["spearman"]
    middle, half = math.atanh(found["r"]), 1.959963985 * math.sqrt((1 + found["r"] ** 2 / 2) / 4)
    assert found["confidence_interval"] == pytest.approx([math.tanh(middle - half), math.tanh(middle + half)])


# Adjustment


def test_adjusted_values_step_up_and_never_pass_one() -> None:
    p = {"a": 0.01, "b": 0.04, "c": 0.03, "d": 0.9}
    assert adjusted(p) == pytest.approx({"a": 0.04, "c": 0.16 / 3, "b": 0.16 / 3, "d": 0.9})
    assert adjusted({}) == {}
    assert adjusted({"only": 0.2}) == {"only": 0.2}


def test_adjusted_values_are_scipy_s() -> None:
    from scipy.stats import false_discovery_control

    p = [0.2, 0.001, 0.8, 0.04, 0.04, 0.99]
    ours = adjusted({str(n): value for n, value in enumerate(p)})
    assert [ours[str(n)] for n in range(len(p))] == pytest.approx(list(false_discovery_control(p)))


# What is made of it


def test_a_correlation_is_significant_from_six_pairs_and_below_five_percent() -> None:
    a_day_later = metrics_of(correlations(*paired(SESSIONS, COMMITS, 1)), 7, 1)
    assert [one["significant"] for one in a_day_later] == [True, True]
    assert [one["significant"] for one in metrics_of(correlations(*paired(SESSIONS, COMMITS, 0)), 7, 0)] == [False] * 2
    five = ([1, 2, 3, 4, 5], [2, 4, 6, 8, 10.5])
    assert [one["significant"] for one in metrics_of(correlations(*five), 5, 0)] == [False, False]


def test_a_correlation_is_told_as_documented_and_more() -> None:
    pearson, spearman = metrics_of(correlations([1], [1]), 1, 3)
    assert (pearson["method"], spearman["method"]) == ("pearson", "spearman")
    assert pearson == {
        "variable1": "ai_sessions", "variable2": "commits", "r": None, "p_value": None, "count": 1, "lag_days": 3,
        "significant": False, "effect_size": None, "method": "pearson", "p_value_adjusted": None,
        "confidence_interval": None,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("r", "size"),
    [(0.0, "negligible"), (0.0999, "negligible"), (-0.1, "small"), (0.3, "medium"), (-0.5, "large"), (None, None)],
)
def test_effects_are_called_as_cohen_calls_them(r: float | None, size: str | None) -> None:
    assert effect_size(r) == size


# The function


def test_the_function_correlates_what_it_is_sent() -> None:
    x, y = paired(SESSIONS, COMMITS, 1)
    assert handler({"x": x, "y": y}, None) == correlations(x, y)
    assert handler({"source": "belvedere.warm-up"}, None)["warm"] == "productivity.association"


@pytest.mark.parametrize("event", [{}, {"x": [1, 2], "y": [1]}, {"x": "ab", "y": "cd"}, {"x": [1], "y": ["1"]}])
def test_the_function_refuses_what_is_no_pair_of_series(event: dict[str, Any]) -> None:
    with pytest.raises(msgspec.ValidationError):
        handler(event, None)


class Lambda:
    """The function behind its name; `broken` fails as Lambda tells it."""

    def __init__(self) -> None:
        self.broken: bool | Exception = False
        self.invoked: list[str] = []

    def invoke(self, *, FunctionName: str, Payload: bytes) -> dict[str, Any]:
        self.invoked.append(FunctionName)
        if isinstance(self.broken, Exception):
            raise self.broken
        if self.broken:
            return {"FunctionError": "Unhandled", "Payload": io.BytesIO(b'{"errorType": "ImportError"}')}
        return {"Payload": io.BytesIO(json.dumps(handler(json.loads(Payload), None)).encode())}


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch) -> Lambda:
    function = Lambda()
    monkeypatch.setattr(association, "lambda_answering", lambda _: function)
    monkeypatch.setattr(association, "settings", lambda: msgspec.structs.replace(NAMES, association_function="stats"))
    return function


async def test_the_function_is_asked_where_there_is_one(elsewhere: Lambda) -> None:
    pairs = paired(SESSIONS, COMMITS, 1)
    assert await associated(pairs) == correlations(*pairs)
    assert elsewhere.invoked == ["stats"]


async def test_nobody_is_asked_where_nothing_can_be_told(elsewhere: Lambda) -> None:
    assert await associated(([3, 3, 3], [1, 2, 3])) == NOTHING_KNOWN
    assert elsewhere.invoked == []


@pytest.mark.parametrize("broken", [True, ReadTimeoutError(endpoint_url="lambda")], ids=["raises", "does not answer"])
async def test_a_function_that_fails_makes_no_numbers_up(elsewhere: Lambda, broken: bool | Exception) -> None:
    elsewhere.broken = broken
    with pytest.raises(Unavailable, match="ask again"):
        await associated(paired(SESSIONS, COMMITS, 1))


async def test_without_a_function_it_is_done_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(association, "settings", lambda: NAMES)
    assert told(paired(SESSIONS, COMMITS, 1))[0] == (await associated(paired(SESSIONS, COMMITS, 1)))["pearson"]["r"]


def test_no_other_function_pays_for_scipy() -> None:
    code = "import sys, belvedere.boards.productivity.kpis.association as a; sys.exit('scipy' in sys.modules)"
    path = f"import sys; sys.path[:0] = {[one for one in sys.path if one]!r}; "
    assert subprocess.run([sys.executable, "-c", path + code], check=False).returncode == 0
