"""Numbers in Prometheus's text format 0.0.4 (prometheus.io/docs/instrumenting/exposition_formats)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import isinf, isnan

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"
Labels = Mapping[str, str]
Sample = tuple[str, Labels, float]  # (suffix of the name, labels, value)


@dataclass(frozen=True)
class Family:
    """A metric family of Prometheus: its name, kind (counter, gauge, histogram), what it tells, and its samples."""

    name: str
    kind: str
    tells: str
    samples: Sequence[Sample]


def exposition(series: Iterable[Family]) -> bytes:
    """The page that Prometheus reads."""
    return "".join(f"{line}\n" for metric in series for line in _lines(metric)).encode()


def buckets(labels: Labels, bounds: Sequence[float], numbers: Sequence[int], total: float) -> Iterator[Sample]:
    """The samples of one histogram: how many values were at most each bound, their sum, and their number."""
    for bound, number in zip(bounds, accumulate(numbers), strict=True):
        yield "_bucket", {**labels, "le": shown(float(bound))}, number
    yield "_sum", labels, total
    yield "_count", labels, sum(numbers)


def _lines(metric: Family) -> Iterator[str]:
    yield f"# HELP {metric.name} {metric.tells}"
    yield f"# TYPE {metric.name} {metric.kind}"
    for suffix, labels, value in metric.samples:
        pairs = ",".join(f'{name}="{escaped(text)}"' for name, text in labels.items())
        yield f"{metric.name}{suffix}{{{pairs}}} {shown(value)}" if pairs else f"{metric.name}{suffix} {shown(value)}"


def escaped(text: str) -> str:
    """A label's value between its quotes."""
    return text.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")


def shown(value: float) -> str:
    """A number as the format has it."""
    if isnan(value):
        return "NaN"
    if isinf(value):
        return "+Inf" if value > 0 else "-Inf"
    return repr(value)
