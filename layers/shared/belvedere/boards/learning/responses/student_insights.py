"""One student's insights: how far they have come, what they have mastered, and how they will likely do."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from belvedere.boards.learning.directory.concepts import Concept, list_concepts
from belvedere.boards.learning.profile import Profile, profile
from belvedere.boards.learning.stats.progress import gaps, mastered, overall_score, velocity
from belvedere.clock import iso
from belvedere.query.planner.question import Question
from belvedere.query.reader.answer import answer
from belvedere.query.reader.read import Reader
from belvedere.schema.rollup_tables import Grain
from belvedere.settings import settings
from belvedere.storage.tables import Tables
from belvedere.storage.threads import in_thread
from belvedere.time_ranges import TimeRange, resolve

Json = dict[str, Any]


@dataclass(frozen=True)
class InsightsRequest:
    """What the endpoint was asked."""

    user_id: str
    preset: str | None = None
    start_date: str | None = None
    end_date: str | None = None
    include_predictions: bool = False


def resolved_range(request: InsightsRequest, now: int) -> TimeRange:
    """The asked range in whole UTC days, or up to a day hours. Raises Invalid naming a wrong field."""
    return resolve(request.preset, request.start_date, request.end_date, now=now, finest=Grain.DAY)


def resolved(request: InsightsRequest, now: int) -> Json:
    """All that an answer depends on at a moment. Raises Invalid naming a wrong field."""
    return resolved_range(request, now).to_json() | {
        "user_id": request.user_id,
        "predictions": request.include_predictions,
        "threshold": settings().mastery_threshold,
    }


async def insights(request: InsightsRequest, tables: Tables, now: int) -> Json:
    """The documented insights; whoever is unknown gets empty ones. Raises Invalid naming a wrong field."""
    time_range, reader = resolved_range(request, now), Reader(tables.rollups, tables.state)
    as_of = await reader.as_of()
    student, concepts = await asyncio.gather(
        profile(reader, request.user_id, time_range, now),
        in_thread(partial(list_concepts, tables.rollups.workspace)),
    )
    known = [concept.concept_id for concept in concepts] or await seen(reader, time_range)
    response = {
        "user_id": request.user_id,
        "time_range": time_range.to_json(),
        "progress_tracking": _progress(student, known),
        "concept_mastery": _masteries(student, concepts),
        "details": _details(student, concepts),
        "generated_at": iso(now),
        "as_of": iso(as_of) if as_of is not None else None,
    }
    return response | (await _predictions(request, tables, time_range, now) if request.include_predictions else {})


async def seen(reader: Reader, time_range: TimeRange) -> list[str]:
    """The concepts that anybody attempted in a range: what there is to master where nobody registered any."""
    question = Question(board="learning", metrics=("interaction_count",), range=time_range, group_by=("concept",))
    return [point.dims["concept"] for point in (await answer(question, reader)).points]


async def _predictions(request: InsightsRequest, tables: Tables, time_range: TimeRange, now: int) -> Json:
    from belvedere.boards.learning.predict.student import student_prediction  # only here: it loads the model's code

    return {"predictions": await student_prediction(tables, request.user_id, time_range, now)}


def _progress(student: Profile, known: Sequence[str]) -> Json:
    masteries = student.masteries
    done = mastered(masteries, settings().mastery_threshold)
    speed = velocity(len(done), len(student.days))
    return {
        "overall_score": overall_score(masteries),
        "learning_velocity": speed.score,
        "engagement_score": student.engagement.score,
        "concepts_mastered": len(done),
        "total_concepts": len({*known, *(mastery.concept for mastery in masteries)}),
        "concepts_per_week": speed.per_week,
    }


def _masteries(student: Profile, concepts: Sequence[Concept]) -> list[Json]:
    """Concepts, the best mastered first, equals by name."""
    names = {concept.concept_id: concept.name for concept in concepts}
    return [
        {
            "concept": mastery.concept,
            "mastery_score": mastery.score,
            "confidence": [mastery.low, mastery.high],
            "name": names.get(mastery.concept, mastery.concept),
            "mastered": mastery.score >= settings().mastery_threshold,
            "attempts": mastery.evidence.attempts,
            "successes": mastery.evidence.successes,
        }
        for mastery in sorted(student.masteries, key=lambda mastery: (-mastery.score, mastery.concept))
    ]


def _details(student: Profile, concepts: Sequence[Concept]) -> Json:
    outlook, total = student.outlook(student.total), student.total
    return {
        "interactions": total.attempts,
        "success_rate": total.success_rate,
        "avg_response_time": total.avg_ms,
        "active_days": len(student.days),
        "engagement": {k: v for k, v in student.engagement._asdict().items() if k != "score"},
        "outcome": {"score": outlook[0], "bucket": outlook[1]} if outlook else None,
        "mastery_threshold": settings().mastery_threshold,
        "prerequisite_gaps": _gaps(student, {concept.concept_id: concept.prerequisites for concept in concepts}),
    }


def _gaps(student: Profile, needed: Mapping[str, Sequence[str]]) -> list[Json]:
    return [
        {
            "concept": gap.concept,
            "mastery_score": gap.score,
            "prerequisites": [{"concept": name, "mastery_score": score} for name, score in gap.prerequisites.items()],
        }
        for gap in gaps(student.masteries, needed, settings().mastery_threshold)
    ]
