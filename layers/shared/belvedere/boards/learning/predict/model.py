"""A fitted model as it is kept, and what it says of a student's next interaction: a chance, an interval, and why.

The interval is Laplace's: the weights are about normal around their fitted values, with the inverse Hessian as their
covariance. A concept that the model has not seen has the average effect and the prior's doubt.
"""

import math
import zlib
from collections.abc import Sequence

import msgspec

from belvedere.boards.learning.predict.algebra import dot
from belvedere.boards.learning.predict.evaluate import Bin, Scores
from belvedere.boards.learning.predict.fit import EFFECT_PRECISION, chance
from belvedere.boards.learning.predict.history import CONCEPT_DIFFICULTY, FACTORS, FEATURES, Vector

FORMAT = 1  # of what is stored: a model of another format is trained anew
Z95 = 1.959963984540054
NO_CONCEPT = ""  # no event can name it

Case = tuple[float, str | None, Vector]  # a weight, the concept, and the features


class ConceptEffect(msgspec.Struct, frozen=True, array_like=True):
    """A concept's: its logit, its precision given the weights, and how it moves with them."""

    logit: float
    precision: float
    shift: tuple[float, ...]


class Training(msgspec.Struct, frozen=True):
    """What the model has seen: `start` up to `end` in epoch ms, and how many of each."""

    start: int
    end: int
    interactions: int
    students: int
    concepts: int


class TrainingReport(msgspec.Struct, frozen=True):
    """How a model of the earlier interactions did on the later ones, beside the mean of each concept."""

    trained_on: int
    tested_on: int
    split_at: int
    model: Scores
    baseline: Scores
    bins: tuple[Bin, ...]

    @property
    def beats_baseline(self) -> bool:
        """Is it better in both AUC and log loss?"""
        ranks = self.model.auc is not None and self.baseline.auc is not None and self.model.auc > self.baseline.auc
        return ranks and self.model.log_loss < self.baseline.log_loss


class Prediction(msgspec.Struct, frozen=True):
    """A chance of success, its 95 % interval, and each factor's part in it, in logits from what is typical."""

    value: float
    low: float
    high: float
    contributions: dict[str, float]


class Predictor(msgspec.Struct, frozen=True):
    """What predicts: the weights of FEATURES, their means in training, and the concepts' effects."""

    weights: tuple[float, ...]
    typical: tuple[float, ...]
    covariance: tuple[tuple[float, ...], ...]
    effects: dict[str, ConceptEffect]

    def predicted(self, cases: Sequence[Case]) -> Prediction:
        """The mean chance over cases by their weights, which add up to 1; its variance by the delta method."""
        chances = [chance(self._logit(concept, features)) for _, concept, features in cases]
        value = sum(weight * p for (weight, _, _), p in zip(cases, chances, strict=True))
        slopes = [weight * p * (1 - p) for (weight, _, _), p in zip(cases, chances, strict=True)]
        middle = min(max(value, 1e-9), 1 - 1e-9)
        reach = Z95 * math.sqrt(self._variance(cases, slopes)) / (middle * (1 - middle))  # of the mean's own logit
        logit = math.log(middle / (1 - middle))
        return Prediction(value, chance(logit - reach), chance(logit + reach), self._contributions(cases))

    def _logit(self, concept: str | None, features: Vector) -> float:
        return dot(self.weights, features) + self._effect(concept).logit

    def _effect(self, concept: str | None) -> ConceptEffect:
        known = self.effects.get(concept or NO_CONCEPT)
        return known or ConceptEffect(0.0, EFFECT_PRECISION, (0.0,) * len(self.weights))

    def _variance(self, cases: Sequence[Case], slopes: Sequence[float]) -> float:
        """Of sum(slope * logit): what the weights share, and what each concept adds of its own."""
        pull = [0.0] * len(self.weights)
        own: dict[str | None, float] = {}
        for (_, concept, features), slope in zip(cases, slopes, strict=True):
            own[concept] = own.get(concept, 0.0) + slope
            for i, (value, shift) in enumerate(zip(features, self._effect(concept).shift, strict=True)):
                pull[i] += slope * (value - shift)
        shared = dot(pull, [dot(row, pull) for row in self.covariance])
        return shared + sum(slope**2 / self._effect(concept).precision for concept, slope in own.items())

    def _contributions(self, cases: Sequence[Case]) -> dict[str, float]:
        parts = dict.fromkeys((*FACTORS, CONCEPT_DIFFICULTY), 0.0)
        for weight, concept, features in cases:
            for factor, names in FACTORS.items():
                for i in map(FEATURES.index, names):
                    parts[factor] += weight * self.weights[i] * (features[i] - self.typical[i])
            parts[CONCEPT_DIFFICULTY] += weight * self._effect(concept).logit
        return parts


class Model(msgspec.Struct, frozen=True):
    """Everything that a reader needs; `data` names the state of the data it was trained on."""

    predictor: Predictor
    training: Training
    report: TrainingReport
    trained_at: int
    data: str
    format: int = FORMAT


def packed(model: Model) -> bytes:
    """The bytes that are stored."""
    return zlib.compress(msgspec.msgpack.encode(model), 6)


def unpacked(data: bytes) -> Model | None:
    """The model of stored bytes; None for one of another format."""
    try:
        model = msgspec.msgpack.decode(zlib.decompress(data), type=Model)
    except msgspec.ValidationError:
        return None
    return model if model.format == FORMAT and len(model.predictor.weights) == len(FEATURES) else None
