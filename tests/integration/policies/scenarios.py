"""What each function is made to do: its sample event, and whatever takes it further than the sample does."""

import asyncio
import importlib
import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

from belvedere.auth.access import may_see_student
from belvedere.auth.caller import Caller
from belvedere.auth.webhooks import derived, signature
from belvedere.boards.learning.analytics.audience import nameable
from belvedere.boards.learning.predict.job import train
from belvedere.boards.productivity.insights.dismissals import dismiss
from belvedere.boards.registry import rollup_tables
from belvedere.cache import flat_rows, store
from belvedere.clock import DAY_MS, SECOND_MS, iso, now_ms
from belvedere.directory.enrolment import change_students
from belvedere.directory.register_classes import create_class
from belvedere.directory.requests import EnrolmentBody, NewClassBody
from belvedere.ingest.erase import Erase
from belvedere.storage.keys import Key
from belvedere.storage.keys.state import aside_key
from belvedere.storage.tables import tables
from belvedere.usage.ledger import add_to
from learning import aggregation, class_overview, comparative, student_insights, summary, timeseries
from ops import query
from tests.clock import now
from tests.contract.learning.directory import concept, registered, taught
from tests.contract.learning.lessons import lessons
from tests.contract.learning.school import WEEK
from tests.contract.productivity.github import pull_request
from tests.contract.productivity.team import session
from tests.integration.policies import kpi_scenarios, realtime_scenarios, recorder, session_scenarios
from tests.worlds.served import hint, interaction
from tests.worlds.stage import Stage

START, END = WEEK["start_date"], WEEK["end_date"]
SOME_HOURS = {"start_date": f"{START[:10]}T05:00:00Z", "end_date": f"{START[:10]}T22:00:00Z"}
SETTLED_MS = 10 * SECOND_MS  # ahead of the data, so that answers are stored
LATE_MS = 10 * SECOND_MS
INSIDE_OF_DAYS = {"start_date": "2025-01-11T06:00:00Z", "end_date": "2025-01-13T18:00:00Z"}  # three forms of page
LESSON = "2025-03-16T12:00:00Z"


def ingest_events(stage: Stage) -> None:
    """A new event, the same again, and one that is rejected."""
    good = interaction("new", "2025-01-11T10:00:00Z")
    stage.http("ingest.events", [good, good, {"id": "bad"}])


def productivity_github_webhook(stage: Stage) -> None:
    """A pull request that is closed and opened again, and one that no event can be made of."""
    closed = pull_request("closed", closed_at="2024-01-05T09:00:00Z")
    reopened = pull_request("reopened", updated_at="2024-01-06T09:00:00Z")
    ancient = pull_request("opened", created_at="1900-01-01T00:00:00Z", updated_at="1900-01-01T00:00:00Z")
    for payload in (closed, reopened, ancient):
        body = json.dumps(payload)
        event = stage.sample("productivity.github_webhook") | {"body": body}
        event["headers"]["x-hub-signature-256"] = signature(derived(recorder.SECRET, "demo"), body.encode())
        assert stage.run("productivity.github_webhook", event)["statusCode"] == 200


def fold_rollups(stage: Stage) -> None:
    """More new users than one transaction takes, many old days, a user with more names than a row, a record that cannot
    be understood, and an erasure, also of an event that was put aside."""
    users = [
        interaction(f"fold-{n}", f"2025-01-12T{n:02d}:00:00Z", f"new-{n}", concept=f"c-{n}", execution_time_ms=n)
        for n in range(20)
    ]
    users += [
        interaction(f"name-{n}", f"2025-01-12T20:00:{n:02d}Z", "importer", concept=f"{n:03}" + "ü" * 197)
        for n in range(50)
    ]  # fmt: skip
    users += [interaction(f"old-{n}", f"2024-12-{n:02d}T00:00:00Z", "long-ago") for n in range(1, 12)]
    stage.served.send(*users, hint("fold-hint", "2025-01-12T10:00:00Z"), interaction("fold-now", now_ms()))
    mine = tables("demo")
    mine.events.put_all([{"pk": "demo#learning.hint#2025-01-12#0", "sk": "poison", "body": "{"}])
    with stage.served.trouble_forgotten():
        assert stage.run("fold.rollups", stage.news())["put_aside"] == 1
    erased = Key("demo#learning.interaction#2025-01-12#0", "2025-01-12T01:00:00.000Z#fold-1")
    record = aside_key("demo", erased)._asdict() | {"event_pk": erased.pk, "event_sk": erased.sk}
    mine.state.put_all([record])
    assert Erase(mine.events, mine.rollups, mine.state, tuple(rollup_tables().values()), 1).run("new-2") == 1
    assert stage.run("fold.rollups", stage.news())["folded"] == 1
    assert Erase(mine.events, mine.rollups, mine.state, tuple(rollup_tables().values()), 1).run("new-1") == 1
    assert stage.run("fold.rollups", stage.news())["folded"] == 1


def fold_recount(stage: Stage) -> None:
    """What the erasure left: distinct rows that lost a member, and the empty row of the user who is gone."""
    assert stage.run("fold.recount", {"workspaces": ["demo"]})["demo"]["mended"] > 2


def fold_seal(stage: Stage) -> None:
    """Every day there is, one of them again after it changed, and what the fold asked for."""
    days = (now() - datetime.fromisoformat(START)).days + 1
    assert stage.run("fold.seal", {"days": days})["demo"]["sealed"] > 2
    unsealed(stage)
    assert stage.run("fold.seal", {"days": days})["demo"]["sealed"] > 0
    stage.run("fold.seal", {"workspaces": ["demo"]})


def learning_summary(stage: Stage) -> None:
    """Everybody, and some, over a week that is sealed."""
    asked = f"start_date={START}&end_date={END}"
    stage.http("learning.summary", query=f"{asked}&user_ids=user1&agent_types=forces")
    inside = f"start_date={START[:10]}T05:00:00Z&end_date={END}"  # whose pages are fetched as a batch
    stage.http("learning.summary", query=inside)
    stage.http("learning.summary", query=f"{asked}&user_ids=user1", user="instructor")
    kept(stage, summary.QUERY.policy.ttl_s, lambda: stage.http("learning.summary", query=asked))


def learning_timeseries(stage: Stage) -> None:
    """A week of hours, and whom a concept had in some hours."""
    body: dict[str, Any] = {"metrics": ["interaction_count", "p95_response_time"], "time_range": WEEK}
    of_one = {"metrics": ["interaction_count"], "filters": {"user_ids": ["user1"]}}
    stage.http("learning.timeseries", body | of_one, user="instructor")
    of_concept = {"metrics": ["unique_users"], "granularity": "1d", "filters": {"concepts": ["velocity"]}}
    stage.http("learning.timeseries", body | of_concept | {"time_range": SOME_HOURS})
    kept(stage, timeseries.QUERY.policy.ttl_s, lambda: stage.http("learning.timeseries", body))


def learning_aggregation(stage: Stage) -> None:
    """Users by day, of whom some are looked for row by row."""
    body: dict[str, Any] = {"dimensions": ["user_id"], "metrics": ["interaction_count"], "time_range": WEEK}
    unsealed(stage)
    stage.http("learning.aggregation", body | {"filters": {"user_ids": ["user1"]}}, user="instructor")
    kept(stage, aggregation.QUERY.policy.ttl_s, lambda: stage.http("learning.aggregation", body))


def learning_train(stage: Stage) -> None:
    """A night's run over all workspaces, and nothing new the night after."""
    stage.served.send_and_fold(*lessons(days=14))
    assert stage.run("learning.train", {})["demo"] == "trained"
    assert stage.run("learning.train", {})["demo"] == "unchanged"


def learning_export(stage: Stage) -> None:
    """Every kind of data, over days of which some are not sealed."""
    unsealed(stage)
    for data in ("interactions", "analytics", "summary", "students"):
        stage.http("learning.export", query=f"export_format=csv&data_type={data}&start_date={START}&end_date={END}")
    of_one = f"export_format=json&data_type=students&start_date={START}&end_date={END}"
    stage.http("learning.export", {"user_ids": ["user1"]}, query=of_one, user="instructor")
    newest = f"export_format=json&data_type=interactions&limit=1&start_date={START}&end_date={END}"
    stage.http("learning.export", query=newest)


def learning_cache_invalidate(stage: Stage) -> None:
    """As many as become one of everything, while answers are kept; and needless ones are removed."""
    for number in range(22):
        stage.http("learning.cache_invalidate", {"pattern": f"user:{number}"})
    key = store.answer_key("demo", "named")
    tables("demo").cache.put_all([{"pk": key.pk, "sk": key.sk, "entry": b"", "tags": '["user:1"]'}])
    stage.http("learning.cache_invalidate", {"pattern": "user:1"})


def learning_health(stage: Stage) -> None:
    """With a key, and events of today."""
    stage.served.send_and_fold(interaction("live", now_ms()))
    stage.http("learning.health")


def learning_metrics(stage: Stage) -> None:
    """Days that are over are carried."""
    long_ago = now_ms() - 5 * DAY_MS
    add_to(tables("demo").state, iso(long_ago)[:10], "GET /dashboard/summary", {"requests": 1}, long_ago)
    stage.http("learning.metrics")


def learning_train_models(stage: Stage) -> None:
    """A training that is begun, and one that is not needed."""
    begun = stage.http("learning.train_models", {"force_retrain": True})
    assert json.loads(begun["body"])["status"] == "started"
    assert json.loads(stage.http("learning.train_models", {})["body"])["status"] == "unchanged"


def learning_predictive(stage: Stage) -> None:
    """Predictions by a model, and warnings about everybody; an instructor's students are those of their classes."""
    stage.served.send_and_fold(*(one | {"id": f"early-{one['id']}"} for one in lessons(days=14)))
    assert train(tables("demo"), now_ms(), slices=1)[0] == "trained"
    stage.http("learning.predictive", {"student_ids": ["ada"], "prediction_type": "risk", "at": LESSON})
    create_class(tables("demo"), NewClassBody(class_id="predicted", name="P", instructors=["teacher-p"]))
    with stage.recorder.watching():
        asyncio.run(nameable(Caller("demo", "read", "key", "teacher-p", "instructor"), None))
    analytics("learning.predictive", {"at": START}, {})(stage)


def learning_analytics_comparative(stage: Stage) -> None:
    """A class that somebody knows, and students."""
    create_class(tables("demo"), NewClassBody(class_id="compared", name="C", instructors=["teacher-c"]))
    cohort = {"analysis_type": "cohort", "entities": ["compared"], "time_range": WEEK}
    analytics("learning.analytics_comparative", cohort, {"analysis_type": "cohort", "time_range": WEEK})(stage)


def analytics(module: str, *bodies: dict[str, Any]) -> Callable[[Stage], None]:
    """Every body, over days that are sealed but for one; the first of them through every state of its answer."""

    def scenario(stage: Stage) -> None:
        unsealed(stage)
        for body in bodies[1:]:
            stage.http(module, body)
        ttl_s = importlib.import_module(module).QUERY.policy.ttl_s
        kept(stage, ttl_s, lambda: stage.http(module, bodies[0]))

    return scenario


def learning_comparative(stage: Stage) -> None:
    """Classes, of which nobody knows one; students, named; agents, and whom concepts had, in some hours."""
    body = {"comparison_type": "classes", "primary_entities": ["physics"], "time_range": WEEK}
    with taught("physics", "user1"):
        kept(stage, comparative.QUERY.policy.ttl_s, lambda: stage.http("learning.comparative", body))
    students = {"comparison_type": "students", "primary_entities": ["user1"], "effect_size": True}
    stage.http("learning.comparative", body | students)
    agents = {"comparison_type": "agents", "primary_entities": ["kinematics"], "time_range": INSIDE_OF_DAYS}
    stage.http("learning.comparative", body | agents)
    concepts = {"comparison_type": "concepts", "primary_entities": ["velocity"], "metrics": ["unique_users"]}
    stage.http("learning.comparative", concepts | {"time_range": SOME_HOURS})


def learning_student_insights(stage: Stage) -> None:
    """A student of a week that is sealed, with and without registered concepts, with predictions, and for a teacher."""
    asked = f"start_date={START}&end_date={END}"
    ask = lambda: stage.http("learning.student_insights", query=asked)  # noqa: E731
    kept(stage, student_insights.QUERY.policy.ttl_s, ask)
    with registered(concept("velocity")):
        stage.http("learning.student_insights", query=f"{asked}&include_predictions=true")
    teacher = Caller("demo", "read", "key", user="teacher", role="instructor")
    with taught("physics", "user1"), stage.recorder.watching():
        asyncio.run(may_see_student(teacher, "user1"))


def learning_class_overview(stage: Stage) -> None:
    """Everybody, of whom some are looked for row by row; and a class, compared."""
    asked = f"start_date={START}&end_date={END}"
    unsealed(stage)
    with taught("physics", "user1"):
        stage.http("learning.class_overview", query=f"{asked}&class_ids=physics&include_comparisons=true")
        ask = lambda: stage.http("learning.class_overview", query=f"{asked}&include_comparisons=true")  # noqa: E731
        kept(stage, class_overview.QUERY.policy.ttl_s, ask)


def auth_refresh(stage: Stage) -> None:
    """A session that goes on, and ends when a token of it comes a second time."""
    first = json.loads(stage.http("auth.refresh")["body"])["refresh_token"]
    stage.http("auth.refresh", {"refresh_token": first})
    again = stage.sample("auth.refresh") | {"body": json.dumps({"refresh_token": first})}
    assert stage.run("auth.refresh", again)["statusCode"] == 401


def ops_query(stage: Stage) -> None:
    """The same as a generic question."""
    body = {"board": "learning", "metrics": ["interaction_count"], "range": {"from": START, "to": END}}
    unsealed(stage)
    kept(stage, query.QUERY.policy.ttl_s, lambda: stage.http("ops.query", body | {"group_by": ["user"]}))


def grafana(module: str, asked: str) -> Callable[[Stage], None]:
    """The same as flat rows. Each route asks something of its own: they share one kind of kept answer."""

    def scenario(stage: Stage) -> None:
        unsealed(stage)
        text = f"board=learning&from={START}&{asked}"
        kept(stage, flat_rows.QUERY.policy.ttl_s, lambda: stage.http(module, query=text))

    return scenario


def grafana_annotations(stage: Stage) -> None:
    """A week with a note in it."""
    note = {"id": "note", "type": "annotations.note", "time": "2025-01-10T10:00:00Z", "properties": {"title": "n"}}
    stage.served.send_and_fold(note)
    stage.http("grafana.annotations", query=f"from={START}&to={END}")


def of_these_days(module: str, path: str, asked: str = "") -> Callable[[Stage], None]:
    """A route whose answer is about the days up to now, from shortly after the next midnight: all states on one day."""

    def scenario(stage: Stage) -> None:
        stage.served.send_and_fold(session(f"{module}-{now_ms()}", iso(now_ms()), "dev-1"))
        view = importlib.import_module(module).QUERY
        to_midnight = DAY_MS - now_ms() % DAY_MS
        kept(stage, view.policy.ttl_s, lambda: stage.http(module, at=("GET", path), query=asked),
             to_midnight + SETTLED_MS)  # fmt: skip

    return scenario


def cache_refresh(stage: Stage) -> None:
    """A refresh under its lease, and what everybody else's questions left to be kept warm."""
    name = "dashboard:summary:0000000000000000"
    token = store.take_lease(tables("demo").cache, name, now_ms())
    request = {"start_date": START, "end_date": END}
    job = {"workspace": "demo", "kind": "dashboard:summary", "request": request, "name": name, "token": token}
    assert stage.run("cache.refresh", {"refresh": [job]})["refreshed"] == 1
    of_sessions = ({"order": "tokens"}, {"order": "cost_usd"}, {"developer_id": "ana"})
    asks: list[Any] = [["productivity:sessions", asked] for asked in of_sessions]
    asks.append(["productivity:raw", {"scope": {"days": 8}}])
    stage.run("cache.refresh", {"warm": {"workspace": "demo", "asks": asks}})
    unsealed(stage)
    stage.new_process()
    done = stage.run("cache.refresh", {})
    assert (done["warmed"] > 5, done["failed"]) == (True, 0)


def ops_audit(stage: Stage) -> None:
    """Every family."""
    for family in rollup_tables():
        stage.http("ops.audit", query=f"family={family}&from={START}&to={END}")


CLASSES, AGENTS, CONCEPTS, USERS = (f"/v1/directory/{name}" for name in ("classes", "agents", "concepts", "users"))


def directory_classes(stage: Stage) -> None:
    """A class with a teacher and a student, through its life."""
    new = {"class_id": "short-lived", "name": "A class", "instructors": ["ms-a"]}
    stage.http("directory.classes", new, at=("POST", CLASSES))
    mine = tables("demo")
    change_students(mine, "short-lived", EnrolmentBody(add=["user1"], remove=[]))
    one = f"{CLASSES}/short-lived"
    stage.http("directory.classes", at=("GET", one))
    stage.http("directory.classes", {"name": "Another", "instructors": ["mr-b"]}, at=("PUT", one))
    stage.http("directory.classes", at=("DELETE", one))


def directory_students(stage: Stage) -> None:
    """Students come, one by one and many at once, and go."""
    create_class(tables("demo"), NewClassBody(class_id="class-1", name="Class 1"))
    students = f"{CLASSES}/class-1/students"
    stage.http("directory.students", {"add": ["user1", "user2"]}, at=("POST", students))
    stage.http("directory.students", at=("PUT", f"{students}/user3"))
    stage.http("directory.students", at=("DELETE", f"{students}/user1"))


def directory_agents(stage: Stage) -> None:
    """An agent through its life."""
    one = f"{AGENTS}/short-lived"
    stage.http("directory.agents", {"agent_id": "short-lived", "name": "An agent"}, at=("POST", AGENTS))
    stage.http("directory.agents", {"name": "Another"}, at=("PUT", one))
    stage.http("directory.agents", at=("GET", one))
    stage.http("directory.agents", at=("DELETE", one))


def directory_workspace(stage: Stage) -> None:
    """Read, set, and set to what it is."""
    for method, body in (("GET", None), ("PUT", {"timezone": "Asia/Kolkata"}), ("PUT", {"timezone": "Asia/Kolkata"})):
        stage.http("directory.workspace", body, at=(method, "/v1/directory/workspace"))


def directory_concepts(stage: Stage) -> None:
    """A graph, and a concept through its life."""
    one = f"{CONCEPTS}/velocity"
    stage.http("directory.concepts", {"concepts": [{"concept_id": "length", "name": "n"}]}, at=("PUT", CONCEPTS))
    stage.http("directory.concepts", {"concept_id": "velocity", "name": "n"}, at=("POST", CONCEPTS))
    stage.http("directory.concepts", {"name": "n", "prerequisites": ["length"]}, at=("PUT", one))
    stage.http("directory.concepts", at=("DELETE", one))


def directory_alert_rules(stage: Stage) -> None:
    """A rule through its life."""
    one = "/v1/directory/alert-rules/learning/mine"
    rule = {"metric": "success_rate", "comparison": "<", "threshold": 0.5, "title": "t"}
    stage.http("directory.alert_rules", rule, at=("PUT", one))
    stage.http("directory.alert_rules", at=("DELETE", one))


def ops_keys(stage: Stage) -> None:
    """A key through its life."""
    made = stage.http("ops.keys", {"name": "short-lived", "scope": "read"}, at=("POST", "/v1/keys"))
    stage.http("ops.keys", at=("DELETE", f"/v1/keys/{json.loads(made['body'])['key_id']}"))


def directory_users(stage: Stage) -> None:
    """A person through their life, who teaches one class and learns in it, too, and has dismissed an insight."""
    one = f"{USERS}/short-lived"
    create_class(tables("demo"), NewClassBody(class_id="theirs", name="Theirs", instructors=["short-lived"]))
    change_students(tables("demo"), "theirs", EnrolmentBody(add=["short-lived"], remove=[]))
    stage.http("directory.users", {"user_id": "short-lived", "role": "viewer"}, at=("POST", USERS))
    dismiss(tables("demo").state, "short-lived", "an-insight", now_ms())
    stage.http("directory.users", {"role": "analyst", "username": "another"}, at=("PUT", one))
    stage.http("directory.users", at=("GET", one))
    stage.http("directory.users", at=("DELETE", one))


def unsealed(stage: Stage) -> None:
    """A day that has changed since it was sealed."""
    stage.served.send_and_fold(interaction(f"unsealed-{now_ms()}", "2025-01-14T12:00:00Z", "late-user"))


def kept(stage: Stage, ttl_s: int, ask: Callable[[], Any], start_ms: int = SETTLED_MS) -> None:
    """One question through every state of its answer: none, stored, stale, and stale while nobody can refresh it.

    `start_ms` is how far ahead of the present that begins.
    """
    stage.ahead_ms = start_ms
    told = [served_from(stage, ask), served_from(stage, ask)]
    stage.ahead_ms += ttl_s * SECOND_MS + LATE_MS
    told.append(served_from(stage, ask))
    stage.ahead_ms += store.LEASE_MS + LATE_MS
    stage.recorder.lambda_fails = True
    told.append(served_from(stage, ask))
    stage.recorder.lambda_fails = False
    assert told == ["miss", "hit-table", "stale", "miss"]


def served_from(stage: Stage, ask: Callable[[], Any]) -> str:
    """Ask in a process that remembers nothing."""
    stage.new_process()
    return str(ask()["headers"]["x-cache"])


BEYOND_THE_SAMPLE: dict[str, Callable[[Stage], None]] = {
    "ingest.events": ingest_events,
    "productivity.github_webhook": productivity_github_webhook,
    "fold.rollups": fold_rollups,
    "fold.recount": fold_recount,
    "fold.seal": fold_seal,
    "learning.summary": learning_summary,
    "learning.timeseries": learning_timeseries,
    "learning.aggregation": learning_aggregation,
    "learning.comparative": learning_comparative,
    "learning.student_insights": learning_student_insights,
    "learning.class_overview": learning_class_overview,
    "learning.train": learning_train,
    "learning.export": learning_export,
    "learning.cache_invalidate": learning_cache_invalidate,
    "learning.health": learning_health,
    "learning.metrics": learning_metrics,
    "learning.train_models": learning_train_models,
    "learning.predictive": learning_predictive,
    "learning.analytics_comparative": learning_analytics_comparative,
    "learning.content_effectiveness": analytics("learning.content_effectiveness", {"at": "2025-01-14T12:00:00Z"}),
    "learning.statistical": analytics(
        "learning.statistical",
        {"analysis_type": "clustering", "time_range": WEEK},
        {"analysis_type": "timeseries", "time_range": WEEK},
    ),
    "learning.insights": analytics("learning.insights", {"at": "2025-01-14T12:00:00Z"}),
    "auth.refresh": auth_refresh,
    "productivity.overview": of_these_days("productivity.overview", "/api/metrics/overview"),
    "productivity.timeseries": of_these_days(
        "productivity.timeseries", "/api/metrics/timeseries", "metric=active_developers&repo=acme/api"
    ),
    "productivity.hourly": of_these_days("productivity.hourly", "/api/metrics/hourly", "tz=Asia/Kolkata"),
    "productivity.heatmap": of_these_days("productivity.heatmap", "/api/activity/heatmap"),
    "productivity.trends": of_these_days("productivity.trends", "/api/activity/trends"),
    "productivity.profile": of_these_days("productivity.profile", "/api/profile"),
    "productivity.dimensions": of_these_days("productivity.dimensions", "/api/profile/dimensions"),
    "productivity.badges": of_these_days("productivity.badges", "/api/profile/badges", "developer_id=dev-1"),
    "productivity.languages": of_these_days("productivity.languages", "/api/profile/languages"),
    "ops.query": ops_query,
    "ops.audit": ops_audit,
    "ops.keys": ops_keys,
    "grafana.timeseries": grafana(
        "grafana.timeseries", "to=2025-01-15&metrics=interaction_count&granularity=1d&by=user"
    ),
    "grafana.table": grafana("grafana.table", "to=2025-01-15&metrics=interaction_count&by=user"),
    "grafana.values": grafana("grafana.values", "to=2025-01-16&dim=user"),
    "grafana.annotations": grafana_annotations,
    "cache.refresh": cache_refresh,
    "directory.classes": directory_classes,
    "directory.students": directory_students,
    "directory.agents": directory_agents,
    "directory.concepts": directory_concepts,
    "directory.workspace": directory_workspace,
    "directory.alert_rules": directory_alert_rules,
    **realtime_scenarios.SCENARIOS,
    **kpi_scenarios.scenarios(kept),
    **session_scenarios.scenarios(kept),
    "directory.users": directory_users,
}
