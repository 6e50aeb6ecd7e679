"""What students are likely to do: chances of success from the model, engagement from its trend, and early warnings."""

import asyncio
import math
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from belvedere.boards.learning.analytics.requests import MOST, PredictiveBody
from belvedere.boards.learning.analytics.view import reader_of
from belvedere.boards.learning.analytics.warnings import early_warnings
from belvedere.boards.learning.predict.model import Model
from belvedere.boards.learning.predict.store import SHELF
from belvedere.boards.learning.predict.student import predicted, unusable
from belvedere.boards.learning.stats.distribution import ENGAGEMENT_WEIGHT, SUCCESS_WEIGHT, bucket, outcome
from belvedere.boards.learning.stats.engagement import engagement
from belvedere.boards.learning.stats.series import Line, line
from belvedere.boards.learning.students import StudentDay, student_days
from belvedere.clock import DAY_MS, iso
from belvedere.errors import AnalyticsUnavailable, Invalid
from belvedere.query.ranges import TimeRange
from belvedere.query.read import Reader
from belvedere.storage.tables import Tables
from belvedere.storage.threads import in_thread

EVIDENCE_DAYS = 30
WEEKS = 8
LEAST_WEEKS = 3
WEEK_MS = 7 * DAY_MS
TOO_FEW_WEEKS = "fewer than three weeks since the first activity of the last eight"
LEVELS = (("low", 0.8), ("medium", 0.6), ("high", 0.4), ("critical", 0.0))

Told = dict[str, Any]


async def predictive(body: PredictiveBody, mine: Tables, now: int) -> Told:
    """Predictions for the students named, or early warnings about everybody. Raises AnalyticsUnavailable."""
    at = body.moment(now)
    told: Told = {"prediction_type": body.prediction_type, "horizon_days": body.horizon_days, "at": iso(at)}
    students = None if body.student_ids is None else tuple(dict.fromkeys(body.student_ids))
    warned = students is None if body.early_warnings is None else body.early_warnings
    if warned or students is None:
        return told | await early_warnings(mine, body.back(14, now), None if students is None else frozenset(students))
    if len(students) > MOST:
        raise Invalid(f"student_ids: {MOST} at most for predictions; 1000 with early_warnings")
    model = None if body.prediction_type == "engagement" else await usable_model(mine)
    work = (_of_student(body, model, reader_of(mine), student, at) for student in students)
    found = await asyncio.gather(*work)
    return told | {"predictions": [_shown(body, one) for one in found], "model": quality(model) if model else None}


async def usable_model(mine: Tables) -> Model:
    """The workspace's model. Raises AnalyticsUnavailable where there is none that is any good."""
    model = await in_thread(partial(SHELF.model, mine.state))
    if reason := unusable(model):
        raise AnalyticsUnavailable(reason)
    assert model is not None
    return model


def quality(model: Model) -> Told:
    """How good a model is, beside the means of the concepts."""
    report = model.report
    fields = ("auc", "log_loss", "brier", "calibration_error")
    return {
        "trained_at": iso(model.trained_at),
        "interactions": model.training.interactions,
        "tested_on": report.tested_on,
        "beats_baseline": report.beats_baseline,
        "metrics": {name: getattr(report.model, name) for name in fields},
        "baseline": {name: getattr(report.baseline, name) for name in fields},
    }


async def _of_student(body: PredictiveBody, model: Model | None, reader: Reader, student: str, at: int) -> Told:
    then = at + body.horizon_days * DAY_MS
    part = TimeRange(max(0, at - EVIDENCE_DAYS * DAY_MS), at + 1)
    success = (await predicted(model, reader, student, part, then))["success_rate"] if model else None
    if body.prediction_type == "success":
        return {"student_id": student} | (_of_success(success) if success else _nothing("no interaction in 30 days"))
    days = await student_days(reader, student, TimeRange(max(0, at + 1 - WEEKS * WEEK_MS), at + 1))
    engaged = engagement_ahead(days, at, body.horizon_days)
    if body.prediction_type == "engagement":
        return {"student_id": student} | engaged
    if success is None:
        return {"student_id": student} | _nothing("no interaction in 30 days")
    return {"student_id": student} | _of_outcome(_of_success(success), engaged, risk=body.prediction_type == "risk")


def _of_success(found: Mapping[str, Any]) -> Told:
    factors = [{"factor": name, "contribution": found["contributions"][name]} for name in found["factors"]]
    return {
        "predicted_value": found["predicted_value"],
        "confidence": found["confidence"],
        "confidence_interval": found["interval"],
        "contributing_factors": factors,
    }


def engagement_ahead(days: Sequence[StudentDay], at: int, horizon_days: int) -> Told:
    """The engagement score of each of up to eight past weeks, and where their straight line leads."""
    weeks = [[day for day in days if (at - day.day) // WEEK_MS == back] for back in reversed(range(WEEKS))]
    begun = next((i for i, week in enumerate(weeks) if week), WEEKS)
    scores = [engagement(week).score for week in weeks[begun:]]
    if len(scores) < LEAST_WEEKS:
        return _nothing(TOO_FEW_WEEKS)
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


def _of_line(fitted: Line, scores: Sequence[float]) -> list[Told]:
    return [
        {"factor": "engagement_trend", "contribution": fitted.slope},
        {"factor": "current_engagement", "contribution": scores[-1]},
    ]


def _of_outcome(success: Told, engaged: Told, *, risk: bool) -> Told:
    """0.6 * success + 0.4 * engagement; a risk is what is missing to 1. Their doubts are taken as independent."""
    if engaged["predicted_value"] is None:
        return _nothing(engaged["reason"])
    value = outcome(success["predicted_value"], engaged["predicted_value"])
    parts = ((SUCCESS_WEIGHT, success), (ENGAGEMENT_WEIGHT, engaged))
    reach = math.hypot(*(weight * _width(one) / 2 for weight, one in parts))
    low, high = _share(value - reach), _share(value + reach)
    told = {
        "confidence": 1 - (high - low),
        "contributing_factors": [
            {"factor": "success", "contribution": SUCCESS_WEIGHT * success["predicted_value"]},
            {"factor": "engagement", "contribution": ENGAGEMENT_WEIGHT * engaged["predicted_value"]},
        ],
    }
    if not risk:
        return told | {"predicted_value": value, "confidence_interval": [low, high], "outcome": bucket(value)}
    level = next(name for name, least in LEVELS if value >= least)
    return told | {"predicted_value": 1 - value, "confidence_interval": [1 - high, 1 - low], "risk_level": level}


def _width(told: Told) -> float:
    low, high = told["confidence_interval"]
    return float(high - low)


def _nothing(reason: str) -> Told:
    return {"predicted_value": None, "confidence": None, "confidence_interval": None, "reason": reason}


def _share(value: float) -> float:
    return min(1.0, max(0.0, value))


def _shown(body: PredictiveBody, told: Told) -> Told:
    """Without what was not asked for."""
    left_out = set() if body.include_confidence_intervals else {"confidence_interval"}
    left_out |= set() if body.include_contributing_factors else {"contributing_factors"}
    return {name: value for name, value in told.items() if name not in left_out}
