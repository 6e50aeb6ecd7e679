"""Chooses what answers a question: which family of rollups, which of its kinds of row, how fine it can be. Pure."""

from collections.abc import Iterator, Sequence

from belvedere.errors import Invalid
from belvedere.query.planner.question import Question
from belvedere.rollups.rows import COUNTERS, DISTINCT, HISTOGRAM
from belvedere.schema.catalog import catalog
from belvedere.schema.metrics import Metric
from belvedere.schema.rollup_tables import Breakdown, Grain, RollupTable, answering
from belvedere.time_buckets import WIDTH_MS


def ranks(question: Question, metrics: Sequence[Metric], rollup_tables: Sequence[RollupTable]) -> RollupTable | None:
    """The family whose entities are to be ranked: it is grouped by, and by nothing else, whoever they are."""
    days = question.granularity is None or (question.granularity.name == "1d" and question.zone is None)
    if not days or question.filters.dimensions():
        return None
    for family in answering(rollup_tables):
        counts = all(_counts(family, metric) and not (metric.histogram or metric.distinct) for metric in metrics)
        if family.entity and question.group_by == (family.entity,) and counts:
            return family
    return None


def choose(
    metrics: Sequence[Metric], question: Question, rollup_tables: Sequence[RollupTable]
) -> tuple[RollupTable, Breakdown | None]:
    """The family with the fewest rows that has all that is asked, and the breakdown to read where it has entities.

    Its dimensions are exactly those named: an event that lacks another one of its dimensions is not in it at all.
    Raises Invalid naming what is rolled up instead.
    """
    needed = question.dimensions
    able = [family for family in answering(rollup_tables) if all(_counts(family, metric) for metric in metrics)]
    if not able:
        names = ", ".join(metric.name for metric in metrics)
        raise Invalid(f"metrics: {names} are not rolled up together; ask for them in requests of their own")
    for family in sorted(able, key=lambda family: (family.entity is not None, len(family.dimensions))):
        if family.entity is None and needed == set(family.dimensions):
            return family, None
        if family.entity and question.filters.only(family.entity) is not None:
            for breakdown in family.breakdowns:
                if "hour" in breakdown.fields and needed <= {family.entity, *breakdown.fields}:
                    return family, breakdown
    served = sorted({" + ".join(_dimensions(family)) for family in able} - {""})
    named = {"filters": question.filters.dimensions(), "group_by": question.group_by}
    fields = ", ".join(field for field, dimensions in named.items() if dimensions) or "metrics"
    raise Invalid(f"{fields}: nothing is rolled up by {' + '.join(sorted(needed))}; there is {', '.join(served)}")


def _counts(family: RollupTable, metric: Metric) -> bool:
    """Can this family's rows finish the metric?"""
    if not set(metric.counters) <= counters_of(family):
        return False
    if family.event_type != metric.event_type or (metric.histogram and metric.histogram not in family.histograms):
        return False
    return not metric.distinct or metric.distinct in family.distincts or metric.distinct == family.entity


def counters_of(family: RollupTable) -> set[str]:
    """The counters of a family's rows."""
    named = {measure.name for measure in family.measures}
    return {"count"} | named | {f"{measure.name}_n" for measure in family.measures if measure.counted}


def _dimensions(family: RollupTable) -> list[str]:
    hourly = (breakdown.fields for breakdown in family.breakdowns if "hour" in breakdown.fields)
    inner = {field for fields in hourly for field in fields} - {"hour"}
    return [*family.dimensions, *([f"{family.entity} (named in the filter)"] if family.entity else []), *sorted(inner)]


def kinds(metrics: Sequence[Metric], family: RollupTable) -> Iterator[str]:
    """The kinds of row the metrics read; an entity's rows hold everything as counters."""
    if family.entity or any(metric.counters for metric in metrics):
        yield COUNTERS
    if not family.entity:
        yield from dict.fromkeys(f"{HISTOGRAM}.{metric.histogram}" for metric in metrics if metric.histogram)
        yield from dict.fromkeys(f"{DISTINCT}.{metric.distinct}" for metric in metrics if metric.distinct)


def finest_grain(metrics: Sequence[Metric], family: RollupTable, breakdown: Breakdown | None) -> Grain:
    """The finest buckets in which a family can answer: what a range is to be snapped to."""
    if breakdown and "hour" in breakdown.fields:
        return Grain.HOUR
    finest = min(family.grains, key=WIDTH_MS.__getitem__)
    return Grain.HOUR if finest is Grain.MINUTE and any(metric.histogram for metric in metrics) else finest


def resolution(question: Question) -> Grain:
    """The finest grain in which this can be answered (whatever its range): what its range is to be snapped to."""
    metrics = question.declared()
    if ranks(question, metrics, catalog().boards[question.board].rollup_tables):
        return Grain.DAY
    return finest_grain(metrics, *choose(metrics, question, catalog().boards[question.board].rollup_tables))
