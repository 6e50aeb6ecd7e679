"""Trains a model on what students did, and tells how it does on what they did later. Pure."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from itertools import accumulate
from typing import NamedTuple

from belvedere.boards.learning.predict.evaluate import reliability, scores
from belvedere.boards.learning.predict.fit import Fit, TrainingRows, fit
from belvedere.boards.learning.predict.history import History, Vector
from belvedere.boards.learning.predict.model import (
    NO_CONCEPT,
    ConceptEffect,
    Model,
    Predictor,
    Training,
    TrainingReport,
)
from belvedere.clock import DAY_MS

LEAST_TRAINING = 200
LEAST_TESTING = 50
EARLIER = 0.8  # the share of interactions that the evaluated model is trained on; the kept one sees all of them
MOST_CONCEPTS = 1_000  # with an effect of their own: the most practised


class Happening(NamedTuple):
    """Something a student did, in order of time and id; `success` is None for a hint."""

    time: int
    id: str
    user: str
    concept: str | None
    success: bool | None


class Sample(NamedTuple):
    """An interaction with what was known before it."""

    time: int
    user: str
    concept: str | None
    features: Vector
    success: bool


def samples(happenings: Iterable[Happening]) -> list[Sample]:
    """Every interaction, each seen from just before it."""
    histories: dict[str, History] = defaultdict(History)
    seen = []
    for event in sorted(happenings):
        history, day = histories[event.user], event.time // DAY_MS
        if event.success is None:
            history.add(day, event.concept, hints=1)
            continue
        features = history.features(day, event.concept)
        seen.append(Sample(event.time, event.user, event.concept, features, event.success))
        history.add(day, event.concept, successes=int(event.success), failures=int(not event.success))
    return seen


def trained(happenings: Iterable[Happening], *, now: int, data: str) -> Model | None:
    """A model of all of it, with the report of its temporal split; None where there is too little of anything."""
    seen = samples(happenings)
    cut = int(len(seen) * EARLIER)
    earlier, later = seen[:cut], seen[cut:]
    enough = cut >= LEAST_TRAINING and len(later) >= LEAST_TESTING
    if not enough or any(len({sample.success for sample in half}) < 2 for half in (earlier, later)):
        return None
    training = Training(
        seen[0].time, seen[-1].time + 1, len(seen), len({s.user for s in seen}), len({s.concept for s in seen} - {None})
    )
    report = evaluated(fitted(earlier), earlier, later)
    return Model(predictor=fitted(seen), training=training, report=report, trained_at=now, data=data)


def evaluated(model: Predictor, earlier: Sequence[Sample], later: Sequence[Sample]) -> TrainingReport:
    """How a model of the earlier interactions does on the later ones, beside each concept's mean."""
    outcomes = [sample.success for sample in later]
    chances = [model.predicted([(1.0, sample.concept, sample.features)]).value for sample in later]
    means = concept_means(earlier)
    usual = [means.get(sample.concept, means[None]) for sample in later]
    return TrainingReport(
        trained_on=len(earlier),
        tested_on=len(later),
        split_at=later[0].time,
        model=scores(chances, outcomes),
        baseline=scores(usual, outcomes),
        bins=tuple(reliability(chances, outcomes)),
    )


def concept_means(seen: Sequence[Sample]) -> dict[str | None, float]:
    """The baseline: each concept's success rate with one more answer of the overall rate; None: the overall rate."""
    overall = sum(sample.success for sample in seen) / len(seen)
    counts = Counter(sample.concept for sample in seen)
    good = Counter(sample.concept for sample in seen if sample.success)
    return {name: (good[name] + overall) / (number + 1) for name, number in counts.items()} | {None: overall}


def fitted(seen: Sequence[Sample]) -> Predictor:
    """The model of some interactions."""
    names, rows = _by_concept(seen)
    fit_result = fit(rows)
    return Predictor(
        weights=tuple(fit_result.weights),
        typical=tuple(sum(column) / len(seen) for column in zip(*rows.rows, strict=True)),
        covariance=tuple(map(tuple, fit_result.covariance)),
        effects={name or NO_CONCEPT: _effect(fit_result, i) for i, name in enumerate(names)},
    )


def _by_concept(seen: Sequence[Sample]) -> tuple[list[str | None], TrainingRows]:
    """The rows in the order of their concepts; those without one, or with a rare one of too many, share None."""
    counts = Counter(sample.concept for sample in seen if sample.concept is not None)
    frequent = {name for name, _ in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:MOST_CONCEPTS]}
    groups: dict[str | None, list[Sample]] = defaultdict(list)
    for sample in seen:
        groups[sample.concept if sample.concept in frequent else None].append(sample)
    names = sorted(groups, key=lambda name: name or NO_CONCEPT)
    ordered = [sample for name in names for sample in groups[name]]
    bounds = [0, *accumulate(len(groups[name]) for name in names)]
    return names, TrainingRows([sample.features for sample in ordered], [sample.success for sample in ordered], bounds)


def _effect(fitted: Fit, position: int) -> ConceptEffect:
    return ConceptEffect(fitted.effects[position], fitted.precisions[position], tuple(fitted.shifts[position]))
