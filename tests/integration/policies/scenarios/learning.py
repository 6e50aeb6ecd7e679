"""What the functions of the learning board are made to do."""

import asyncio
import json
from typing import Any

import pytest

from belvedere.auth.caller import Caller
from belvedere.auth.visibility import may_see_users
from belvedere.boards.learning.exports import interactions
from belvedere.cache import store
from belvedere.clock import DAY_MS, iso, now_ms
from belvedere.storage.tables import tables
from belvedere.usage.ledger import add_to
from tests.contract.learning.directory import concept, registered, taught
from tests.contract.learning.lessons import lessons
from tests.contract.learning.school import WEEK
from tests.integration.policies.scenarios.registry import scenario
from tests.integration.policies.scenarios.states import (
    END,
    SOME_HOURS,
    START,
    change_a_sealed_day,
    through_every_cache_state,
)
from tests.worlds.served import interaction
from tests.worlds.stage import Stage

INSIDE_OF_DAYS = {"start_date": "2025-01-11T06:00:00Z", "end_date": "2025-01-13T18:00:00Z"}  # three forms of page


@scenario("learning.summary")
def summary(stage: Stage) -> None:
    """Everybody, and some, over a week that is sealed."""
    dates = f"start_date={START}&end_date={END}"
    stage.http("learning.summary", query=f"{dates}&user_ids=user1&agent_types=forces")
    inside = f"start_date={START[:10]}T05:00:00Z&end_date={END}"  # whose pages are fetched as a batch
    stage.http("learning.summary", query=inside)
    stage.http("learning.summary", query=f"{dates}&user_ids=user1", user="instructor")
    through_every_cache_state(stage, "learning.summary", lambda: stage.http("learning.summary", query=dates))


@scenario("learning.timeseries")
def timeseries(stage: Stage) -> None:
    """A week of hours, and whom a concept had in some hours."""
    body: dict[str, Any] = {"metrics": ["interaction_count", "p95_response_time"], "time_range": WEEK}
    of_one = {"metrics": ["interaction_count"], "filters": {"user_ids": ["user1"]}}
    stage.http("learning.timeseries", body | of_one, user="instructor")
    of_concept = {"metrics": ["unique_users"], "granularity": "1d", "filters": {"concepts": ["velocity"]}}
    stage.http("learning.timeseries", body | of_concept | {"time_range": SOME_HOURS})
    through_every_cache_state(stage, "learning.timeseries", lambda: stage.http("learning.timeseries", body))


@scenario("learning.aggregation")
def aggregation(stage: Stage) -> None:
    """Users by day, of whom some are looked for row by row."""
    body: dict[str, Any] = {"dimensions": ["user_id"], "metrics": ["interaction_count"], "time_range": WEEK}
    change_a_sealed_day(stage)
    stage.http("learning.aggregation", body | {"filters": {"user_ids": ["user1"]}}, user="instructor")
    through_every_cache_state(stage, "learning.aggregation", lambda: stage.http("learning.aggregation", body))


@scenario("learning.comparative")
def comparative(stage: Stage) -> None:
    """Classes, of which nobody knows one; students, named; agents, and whom concepts had, in some hours."""
    body = {"comparison_type": "classes", "primary_entities": ["physics"], "time_range": WEEK}
    with taught("physics", "user1"):
        through_every_cache_state(stage, "learning.comparative", lambda: stage.http("learning.comparative", body))
    students = {"comparison_type": "students", "primary_entities": ["user1"], "effect_size": True}
    stage.http("learning.comparative", body | students)
    agents = {"comparison_type": "agents", "primary_entities": ["kinematics"], "time_range": INSIDE_OF_DAYS}
    stage.http("learning.comparative", body | agents)
    concepts = {"comparison_type": "concepts", "primary_entities": ["velocity"], "metrics": ["unique_users"]}
    stage.http("learning.comparative", concepts | {"time_range": SOME_HOURS})


@scenario("learning.student_insights")
def student_insights(stage: Stage) -> None:
    """A student of a week that is sealed, with and without registered concepts, with predictions, and for a teacher."""
    dates = f"start_date={START}&end_date={END}"
    ask = lambda: stage.http("learning.student_insights", query=dates)  # noqa: E731
    through_every_cache_state(stage, "learning.student_insights", ask)
    with registered(concept("velocity")):
        stage.http("learning.student_insights", query=f"{dates}&include_predictions=true")
    teacher = Caller("demo", "read", "key", user="teacher", role="instructor")
    with taught("physics", "user1"), stage.recorder.watching():
        asyncio.run(may_see_users(teacher, ("user1",)))


@scenario("learning.class_overview")
def class_overview(stage: Stage) -> None:
    """Everybody, of whom some are looked for row by row; and a class, compared."""
    dates = f"start_date={START}&end_date={END}"
    change_a_sealed_day(stage)
    with taught("physics", "user1"):
        stage.http("learning.class_overview", query=f"{dates}&class_ids=physics&include_comparisons=true")
        ask = lambda: stage.http("learning.class_overview", query=f"{dates}&include_comparisons=true")  # noqa: E731
        through_every_cache_state(stage, "learning.class_overview", ask)


@scenario("learning.train")
def train(stage: Stage) -> None:
    """A night's run over all workspaces, and nothing new the night after."""
    stage.served.send_and_fold(*lessons(days=14))
    assert stage.run("learning.train", {})["demo"] == "trained"
    assert stage.run("learning.train", {})["demo"] == "unchanged"


@scenario("learning.export")
def export(stage: Stage) -> None:
    """Every kind of data, over days of which some are not sealed."""
    change_a_sealed_day(stage)
    for data in ("interactions", "analytics", "summary", "students"):
        stage.http("learning.export", query=f"export_format=csv&data_type={data}&start_date={START}&end_date={END}")
    of_one = f"export_format=json&data_type=students&start_date={START}&end_date={END}"
    stage.http("learning.export", {"user_ids": ["user1"]}, query=of_one, user="instructor")
    newest = f"export_format=json&data_type=interactions&limit=1&start_date={START}&end_date={END}"
    stage.http("learning.export", query=newest)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(interactions, "MOST_ROWS", 1)
        for stage.recorder.machine_fails, status in ((False, 202), (True, 503)):
            event = stage.sample("learning.export")
            event["rawQueryString"] = f"export_format={'csv' if status == 202 else 'json'}&data_type=interactions"
            assert stage.run("learning.export", event)["statusCode"] == status
        stage.recorder.machine_fails = False


@scenario("learning.cache_invalidate")
def cache_invalidate(stage: Stage) -> None:
    """As many as become one of everything, while answers are kept; and needless ones are removed."""
    for number in range(22):
        stage.http("learning.cache_invalidate", {"pattern": f"user:{number}"})
    key = store.answer_key("demo", "named")
    tables("demo").cache.put_all([{"pk": key.pk, "sk": key.sk, "entry": b"", "tags": '["user:1"]'}])
    stage.http("learning.cache_invalidate", {"pattern": "user:1"})


@scenario("learning.health")
def health(stage: Stage) -> None:
    """With a key, and events of today."""
    stage.served.send_and_fold(interaction("live", now_ms()))
    stage.http("learning.health")


@scenario("learning.metrics")
def metrics(stage: Stage) -> None:
    """Days that are over are carried."""
    long_ago = now_ms() - 5 * DAY_MS
    add_to(tables("demo").state, iso(long_ago)[:10], "GET /dashboard/summary", {"requests": 1}, long_ago)
    stage.http("learning.metrics")


@scenario("learning.train_models")
def train_models(stage: Stage) -> None:
    """A training that is begun, and one that is not needed."""
    begun = stage.http("learning.train_models", {"force_retrain": True})
    assert json.loads(begun["body"])["status"] == "started"
    assert json.loads(stage.http("learning.train_models", {})["body"])["status"] == "unchanged"
