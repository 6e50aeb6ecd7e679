"""Metrics: named numbers, each finished from the merged rollups of one event type."""

from collections.abc import Callable
from dataclasses import dataclass

from belvedere.sketches.distinct import Distinct, DistinctCount
from belvedere.sketches.histogram import Histogram


@dataclass
class Totals:
    """Everything merged for one group of an answer, ready to be finished into metrics."""

    counters: dict[str, int]
    histograms: dict[str, Histogram]
    distincts: dict[str, Distinct | DistinctCount]

    @classmethod
    def empty(cls) -> "Totals":
        """Totals of nothing."""
        return cls({}, {}, {})


@dataclass(frozen=True, kw_only=True)
class Metric:
    """A named number: what it reads from the rollups, how it is finished, and what no data looks like.

    `finish` returns None where there is nothing to say; the answer then shows `empty`: 0 for counts, None for
    rates and averages. Ratios are finished from merged sums, never averaged from averages.
    """

    name: str
    unit: str
    event_type: str
    counters: tuple[str, ...] = ()
    histogram: str | None = None
    distinct: str | None = None
    finish: Callable[[Totals], float | int | None]
    empty: int | None = None
    doc: str = ""


def count(name: str, event_type: str, counter: str = "count", *, unit: str = "1", doc: str = "") -> Metric:
    """A metric that is one counter; 0 when there is no data."""
    return Metric(
        name=name, unit=unit, event_type=event_type, counters=(counter,), empty=0, doc=doc,
        finish=lambda totals: totals.counters.get(counter, 0),
    )  # fmt: skip


def ratio(
    name: str, event_type: str, numerator: str, whole: str, *, scale: int = 1, unit: str, doc: str = ""
) -> Metric:
    """Merged `numerator` over merged `whole`, over `scale` (the numerator's unit); null when there is no whole."""

    def finish(totals: Totals) -> float | None:
        divisor = totals.counters.get(whole, 0)
        return totals.counters.get(numerator, 0) / divisor / scale if divisor else None

    return Metric(name=name, unit=unit, event_type=event_type, counters=(numerator, whole), finish=finish, doc=doc)


def total(name: str, event_type: str, counter: str, number: str, *, scale: int = 1, unit: str, doc: str = "") -> Metric:
    """A sum in its own unit; null where `number` says that nothing was summed."""

    def finish(totals: Totals) -> float | None:
        return totals.counters.get(counter, 0) / scale if totals.counters.get(number) else None

    return Metric(name=name, unit=unit, event_type=event_type, counters=(counter, number), finish=finish, doc=doc)


def quantile(name: str, event_type: str, histogram: str, q: float, *, unit: str, doc: str = "") -> Metric:
    """A metric that is the q-quantile of a field, within the histogram's 1 % relative error; null without values."""

    def finish(totals: Totals) -> float | None:
        merged = totals.histograms.get(histogram)
        return merged.quantile(q) if merged else None

    return Metric(name=name, unit=unit, event_type=event_type, histogram=histogram, finish=finish, doc=doc)


def distinct(name: str, event_type: str, field: str, *, unit: str = "1", doc: str = "") -> Metric:
    """A metric that counts distinct values of a field; sketches are united, counts never added."""

    def finish(totals: Totals) -> int:
        members = totals.distincts.get(field)
        return members.count() if members else 0

    return Metric(name=name, unit=unit, event_type=event_type, distinct=field, finish=finish, empty=0, doc=doc)
