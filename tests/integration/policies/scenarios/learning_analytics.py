"""What the functions of the analytics are made to do."""

import asyncio
from typing import Any

from belvedere.auth.caller import Caller
from belvedere.boards.learning.analytics.audience import nameable
from belvedere.boards.learning.directory.register_classes import create_class
from belvedere.boards.learning.directory.requests import NewClassBody
from belvedere.boards.learning.predict.job import train
from belvedere.clock import now_ms
from belvedere.storage.tables import tables
from tests.contract.learning.lessons import lessons
from tests.contract.learning.school import WEEK
from tests.integration.policies.scenarios.registry import Scenario, scenario
from tests.integration.policies.scenarios.states import START, change_a_sealed_day, through_every_cache_state
from tests.worlds.stage import Stage

LESSON = "2025-03-16T12:00:00Z"
NOON = {"at": "2025-01-14T12:00:00Z"}


def analytics(module: str, *bodies: dict[str, Any]) -> Scenario:
    """Every body, over days that are sealed but for one; the first of them through every state of its answer."""

    def ask_every_body(stage: Stage) -> None:
        change_a_sealed_day(stage)
        for body in bodies[1:]:
            stage.http(module, body)
        through_every_cache_state(stage, module, lambda: stage.http(module, bodies[0]))

    return ask_every_body


@scenario("learning.predictive")
def predictive(stage: Stage) -> None:
    """Predictions by a model, and warnings about everybody; an instructor's students are those of their classes."""
    stage.served.send_and_fold(*(lesson | {"id": f"early-{lesson['id']}"} for lesson in lessons(days=14)))
    assert train(tables("demo"), now_ms(), slices=1)[0] == "trained"
    stage.http("learning.predictive", {"student_ids": ["ada"], "prediction_type": "risk", "at": LESSON})
    create_class(tables("demo"), NewClassBody(class_id="predicted", name="P", instructors=["teacher-p"]))
    with stage.recorder.watching():
        asyncio.run(nameable(Caller("demo", "read", "key", "teacher-p", "instructor"), None))
    analytics("learning.predictive", {"at": START}, {})(stage)


@scenario("learning.analytics_comparative")
def analytics_comparative(stage: Stage) -> None:
    """A class that somebody knows, and students."""
    create_class(tables("demo"), NewClassBody(class_id="compared", name="C", instructors=["teacher-c"]))
    cohort = {"analysis_type": "cohort", "entities": ["compared"], "time_range": WEEK}
    analytics("learning.analytics_comparative", cohort, {"analysis_type": "cohort", "time_range": WEEK})(stage)


scenario("learning.content_effectiveness")(analytics("learning.content_effectiveness", NOON))
scenario("learning.insights")(analytics("learning.insights", NOON))
scenario("learning.statistical")(
    analytics(
        "learning.statistical",
        {"analysis_type": "clustering", "time_range": WEEK},
        {"analysis_type": "timeseries", "time_range": WEEK},
    )
)
