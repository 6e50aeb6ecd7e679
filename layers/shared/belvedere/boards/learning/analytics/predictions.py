"""What is predicted of a student: success, engagement, and the outcome or the risk that follow from both. Pure."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from belvedere.boards.learning.stats.distribution import ENGAGEMENT_WEIGHT, SUCCESS_WEIGHT, bucket, outcome
from belvedere.boards.learning.stats.engagement import engagement
from belvedere.boards.learning.stats.series import Line, line
from belvedere.boards.learning.students import StudentDay
from belvedere.clock import DAY_MS

WEEKS = 8
LEAST_WEEKS = 3
WEEK_MS = 7 * DAY_MS
TOO_FEW_WEEKS = "fewer than three weeks since the first activity of the last eight"
LEVELS = (("low", 0.8), ("medium", 0.6), ("high", 0.4), ("critical", 0.0))

Json = dict[str, Any]


def of_success(model_output: Mapping[str, Any]) -> Json:
    """The chance of success that the model gives."""
    factors = [
        {"factor": name, "contribution": model_output["contributions"][name]} for name in model_output["factors"]
    ]
    return {
        "predicted_value": model_output["predicted_value"],
        "confidence": model_output["confidence"],
        "confidence_interval": model_output["interval"],
        "contributing_factors": factors,
    }


def engagement_ahead(days: Sequence[StudentDay], at: int, horizon_days: int) -> Json:
    """The engagement score of each of up to eight past weeks, and where their straight line leads."""
    weeks = [[day for day in days if (at - day.day) // WEEK_MS == back] for back in reversed(range(WEEKS))]
    begun = next((i for i, week in enumerate(weeks) if week), WEEKS)
    scores = [engagement(week).score for week in weeks[begun:]]
    if len(scores) < LEAST_WEEKS:
        return nothing(TOO_FEW_WEEKS)
    fitted = line(list(range(len(scores))), scores)
    assert fitted is not None
    value, low, high = fitted.ahead(len(scores) - 1 + horizon_days / 7)
    low, high = _share(low), _share(high)
    return {
        "predicted_value": _share(value),
        "confidence": 1 - (high - low),
        "confidence_interval": [low, high],
        "contributing_factors": _of_line(fitted, scores),
    }


def _of_line(fitted: Line, scores: Sequence[float]) -> list[Json]:
    return [
        {"factor": "engagement_trend", "contribution": fitted.slope},
        {"factor": "current_engagement", "contribution": scores[-1]},
    ]


def of_outcome(success: Json, engaged: Json, *, risk: bool) -> Json:
    """0.6 * success + 0.4 * engagement; a risk is what is missing to 1. Their doubts are taken as independent."""
    if engaged["predicted_value"] is None:
        return nothing(engaged["reason"])
    value = outcome(success["predicted_value"], engaged["predicted_value"])
    parts = ((SUCCESS_WEIGHT, success), (ENGAGEMENT_WEIGHT, engaged))
    reach = math.hypot(*(weight * _width(prediction) / 2 for weight, prediction in parts))
    low, high = _share(value - reach), _share(value + reach)
    result = {
        "confidence": 1 - (high - low),
        "contributing_factors": [
            {"factor": "success", "contribution": SUCCESS_WEIGHT * success["predicted_value"]},
            {"factor": "engagement", "contribution": ENGAGEMENT_WEIGHT * engaged["predicted_value"]},
        ],
    }
    if not risk:
        return result | {"predicted_value": value, "confidence_interval": [low, high], "outcome": bucket(value)}
    level = next(name for name, least in LEVELS if value >= least)
    return result | {"predicted_value": 1 - value, "confidence_interval": [1 - high, 1 - low], "risk_level": level}


def _width(prediction: Json) -> float:
    low, high = prediction["confidence_interval"]
    return float(high - low)


def nothing(reason: str) -> Json:
    """No prediction, and why."""
    return {"predicted_value": None, "confidence": None, "confidence_interval": None, "reason": reason}


def _share(value: float) -> float:
    return min(1.0, max(0.0, value))
