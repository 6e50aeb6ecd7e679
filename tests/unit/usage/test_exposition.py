"""What we show, Prometheus's own parser reads."""

from collections import Counter
from math import inf, isnan

import pytest
from prometheus_client import Histogram
from prometheus_client.parser import text_string_to_metric_families

from belvedere.usage.exposition import Family, buckets, exposition
from belvedere.usage.notes import ANSWERED, BUCKETS_S, numbers, seconds, timing


def read(*series: Family) -> dict[str, list[tuple[str, dict[str, str], float]]]:
    families = text_string_to_metric_families(exposition(series).decode())
    return {family.name: [(one.name, one.labels, one.value) for one in family.samples] for family in families}


def test_a_counter_with_labels_that_need_escaping() -> None:
    labels = {"endpoint": 'a "b"\\c\nd', "status": ""}
    assert read(Family("x_total", "counter", "Things.", [("", labels, 3)])) == {"x": [("x_total", labels, 3.0)]}


def test_numbers_that_are_none() -> None:
    samples = read(Family("x", "gauge", "A rate.", [("", {}, float("nan")), ("", {"a": "b"}, inf)]))["x"]
    assert isnan(samples[0][2])
    assert samples[1][2] == inf


def test_a_histogram_counts_what_is_at_most_each_bound() -> None:
    counts: Counter[str] = Counter()
    for ms in (1, 5, 5.1, 700, 60_000):
        counts += timing(ANSWERED, ms)
    told = buckets({"e": "a"}, BUCKETS_S, numbers(counts, ANSWERED), seconds(counts, ANSWERED))
    samples = read(Family("t", "histogram", "Times.", list(told)))["t"]
    by_bound = {labels["le"]: value for name, labels, value in samples if name == "t_bucket"}
    assert (by_bound["0.005"], by_bound["0.01"], by_bound["0.75"], by_bound["10.0"], by_bound["+Inf"]) == (
        2,
        3,
        4,
        4,
        5,
    )
    rest = {name: value for name, _, value in samples if name != "t_bucket"}
    assert rest == {"t_sum": pytest.approx(60.7111), "t_count": 5}


def test_the_bounds_are_prometheus_s_default_ones() -> None:
    assert BUCKETS_S == Histogram.DEFAULT_BUCKETS


def test_a_metric_without_samples_is_still_declared() -> None:
    assert exposition([Family("x", "gauge", "Nothing yet.", [])]) == b"# HELP x Nothing yet.\n# TYPE x gauge\n"
