"""Six scores of how somebody works with assistants; docs/metrics.md gives the formulas. Pure.

A score is 0 where there is nothing to say, because the client draws a number; `value` is null then.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

ENOUGH = 5  # tracked sessions that a model needs to be compared with others
LINES_A_DAY = 100  # accepted lines of a developer's day that make the full score
TOKENS_A_LINE = 50  # tokens of an accepted line up to which the score is full: the contract's threshold


class OfModel(NamedTuple):
    """What one model did: sessions that tell whether they were accepted, those that were, USD of all."""

    tracked: int
    accepted: int
    cost: float


@dataclass(frozen=True)
class Evidence:
    """What the scores are made of; None where there is nothing to say.

    `developer_days` counts for every day the developers with a session; `early` and `late` are the acceptance rates of
    both halves of the range.
    """

    acceptance_rate: float | None
    models: tuple[OfModel, ...]
    avg_diff_ratio: float | None
    accepted_lines: int
    developer_days: int
    early: float | None
    late: float | None
    tokens_per_accepted_line: float | None


class Dimension(NamedTuple):
    """A score of 0 to 100, and the number that it is made of."""

    dimension: str
    score: float
    value: float | None


def dimensions(evidence: Evidence) -> list[Dimension]:
    """The scores, in the order in which the client draws them."""
    lines = evidence.accepted_lines / evidence.developer_days if evidence.developer_days else None
    growth, thrift = progress(evidence.early, evidence.late), thriftiness(evidence.models)
    tokens = evidence.tokens_per_accepted_line
    return [
        _scored("Prompt Engineering", evidence.acceptance_rate, evidence.acceptance_rate),
        _scored("Model Selection", thrift, thrift),
        _scored("Code Quality", evidence.avg_diff_ratio, evidence.avg_diff_ratio),
        _scored("Productivity", None if lines is None else lines / LINES_A_DAY, lines),
        _scored("Learning Curve", None if growth is None else (1 + growth) / 2, growth),
        _scored("Cost Efficiency", None if tokens is None else TOKENS_A_LINE / max(tokens, TOKENS_A_LINE), tokens),
    ]


def thriftiness(models: Iterable[OfModel]) -> float | None:
    """What the accepted sessions would have cost with the model whose acceptances are cheapest, over what all cost.

    Of the models with ENOUGH tracked sessions; None where none of them had an acceptance. 1 where all was for nothing.
    """
    known = [model for model in models if model.tracked >= ENOUGH]
    cheapest = min((model.cost / model.accepted for model in known if model.accepted), default=None)
    if cheapest is None:
        return None
    cost = sum(model.cost for model in known)
    return sum(model.accepted for model in known) * cheapest / cost if cost else 1.0


def progress(early: float | None, late: float | None) -> float | None:
    """By how much the larger of two rates the later one differs, -1 to 1; None unless both are known."""
    if early is None or late is None:
        return None
    return (late - early) / max(early, late) if early != late else 0.0


def _scored(name: str, share: float | None, value: float | None) -> Dimension:
    return Dimension(name, round(100 * min(max(share or 0.0, 0.0), 1.0), 1), value)
