"""What students are likely to do: chances of success from the model, engagement from its trend, and early warnings."""

import asyncio
from functools import partial
from typing import Any

from belvedere.boards.learning.analytics.predictions import (
    WEEK_MS,
    WEEKS,
    engagement_ahead,
    nothing,
    of_outcome,
    of_success,
)
from belvedere.boards.learning.analytics.requests import MOST, PredictiveBody
from belvedere.boards.learning.analytics.view import reader_of
from belvedere.boards.learning.analytics.warnings import early_warnings
from belvedere.boards.learning.predict.model import Model
from belvedere.boards.learning.predict.store import SHELF
from belvedere.boards.learning.predict.student import success_chance, unusable
from belvedere.boards.learning.students import student_days
from belvedere.clock import DAY_MS, iso
from belvedere.errors import AnalyticsUnavailable, Invalid
from belvedere.query.reader.read import Reader
from belvedere.storage.tables import Tables
from belvedere.storage.threads import in_thread
from belvedere.time_ranges import TimeRange

EVIDENCE_DAYS = 30

Json = dict[str, Any]


async def predictive(body: PredictiveBody, tables: Tables, now: int) -> Json:
    """Predictions for the students named, or early warnings about everybody. Raises AnalyticsUnavailable."""
    at = body.moment(now)
    response: Json = {"prediction_type": body.prediction_type, "horizon_days": body.horizon_days, "at": iso(at)}
    students = None if body.student_ids is None else tuple(dict.fromkeys(body.student_ids))
    if body.warned or students is None:
        return response | await early_warnings(
            tables, body.back(14, now), None if students is None else frozenset(students)
        )
    if len(students) > MOST:
        raise Invalid(f"student_ids: {MOST} at most for predictions; 1000 with early_warnings")
    model = None if body.prediction_type == "engagement" else await usable_model(tables)
    work = (_of_student(body, model, reader_of(tables), student, at) for student in students)
    predictions = await asyncio.gather(*work)
    return response | {
        "predictions": [_shown(body, prediction) for prediction in predictions],
        "model": quality(model) if model else None,
    }


async def usable_model(tables: Tables) -> Model:
    """The workspace's model. Raises AnalyticsUnavailable where there is none that is any good."""
    model = await in_thread(partial(SHELF.model, tables.state))
    if reason := unusable(model):
        raise AnalyticsUnavailable(reason)
    assert model is not None
    return model


def quality(model: Model) -> Json:
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


async def _of_student(body: PredictiveBody, model: Model | None, reader: Reader, student: str, at: int) -> Json:
    then = at + body.horizon_days * DAY_MS
    time_range = TimeRange(max(0, at - EVIDENCE_DAYS * DAY_MS), at + 1)
    success = await success_chance(model, reader, student, time_range, then) if model else None
    if body.prediction_type == "success":
        return {"student_id": student} | (of_success(success) if success else nothing("no interaction in 30 days"))
    days = await student_days(reader, student, TimeRange(max(0, at + 1 - WEEKS * WEEK_MS), at + 1))
    engaged = engagement_ahead(days, at, body.horizon_days)
    if body.prediction_type == "engagement":
        return {"student_id": student} | engaged
    if success is None:
        return {"student_id": student} | nothing("no interaction in 30 days")
    return {"student_id": student} | of_outcome(of_success(success), engaged, risk=body.prediction_type == "risk")


def _shown(body: PredictiveBody, prediction: Json) -> Json:
    """Without what was not asked for."""
    left_out = set() if body.include_confidence_intervals else {"confidence_interval"}
    left_out |= set() if body.include_contributing_factors else {"contributing_factors"}
    return {name: value for name, value in prediction.items() if name not in left_out}
