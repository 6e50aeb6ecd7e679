"""The advanced analytics, each on lessons whose numbers are known."""

import importlib
from typing import Any

import msgspec
import pytest

from belvedere.boards.learning.predict.store import SHELF, keep
from belvedere.http.routes import routes_of
from belvedere.storage.tables import tables
from tests.contract.learning.lessons import AT, RANGE, STUDENTS, lessons
from tests.contract.shapes import assert_like, assert_refused
from tests.worlds.served import Served, interaction

WEEK = {"start_date": "2025-03-10", "end_date": "2025-03-17"}
WRONG = [
    ("predictive", {"prediction_type": "luck"}, "prediction_type"),
    ("predictive", {"horizon_days": 31}, "horizon_days"),
    ("predictive", {"horizon_days": 0}, "horizon_days"),
    ("predictive", {"at": "yesterday"}, "at"),
    ("predictive", {"student_ids": [f"s{n}" for n in range(101)]}, "student_ids"),
    ("comparative", {"analysis_type": "astrology"}, "analysis_type"),
    ("comparative", {"analysis_type": "cohort", "metrics": ["happiness"]}, "metrics"),
    ("comparative", {"analysis_type": "ab_test", "entities": ["only-one"]}, "entities"),
    ("comparative", {"analysis_type": "benchmark"}, "entities"),
    ("comparative", {"analysis_type": "temporal", "time_range": {"preset": "2d"}}, "preset"),
    ("content-effectiveness", {"time_window_days": 6}, "time_window_days"),
    ("content-effectiveness", {"time_window_days": 91}, "time_window_days"),
    ("content-effectiveness", {"content_types": ["video"]}, "content_types"),
    ("content-effectiveness", {"analysis_depth": "bottomless"}, "analysis_depth"),
    ("statistical", {"analysis_type": "guessing"}, "analysis_type"),
    ("statistical", {"analysis_type": "timeseries", "metrics": ["happiness"]}, "metrics"),
    ("statistical", {"analysis_type": "timeseries", "granularity": "2D"}, "granularity"),
    ("statistical", {"analysis_type": "correlation", "metrics": ["success_rate"]}, "metrics"),
    ("statistical", {"analysis_type": "clustering", "metrics": ["unique_users"]}, "metrics"),
    ("statistical", {"analysis_type": "clustering", "advanced_options": {"colour": "red"}}, "advanced_options.colour"),
    ("insights", {"time_window_days": 31}, "time_window_days"),
    ("insights", {"importance_threshold": "extreme"}, "importance_threshold"),
    ("insights", {"target_audience": "parents"}, "target_audience"),
    ("insights", {"insight_types": ["gossip"]}, "insight_types"),
    ("train-models", {"model_types": ["luck"]}, "model_types"),
    ("train-models", {"model_types": []}, "model_types"),
]
Json = dict[str, Any]


@pytest.fixture(scope="module")
def school(served: Served) -> Served:
    """The lessons, folded, and a model trained on them."""
    events = lessons()
    for start in range(0, len(events), 500):
        served.send_and_fold(*events[start : start + 500])
    body = served.post("/dashboard/analytics/train-models", {}).json()
    assert body["status"] == "trained", body
    SHELF.models.clear()
    return served


def ask(school: Served, route: str, body: Json) -> Json:
    answer = school.post(f"/dashboard/analytics/{route}", body)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def by_student(told: Json) -> dict[str, Json]:
    return {prediction["student_id"]: prediction for prediction in told["predictions"]}


# Predictions


def test_who_does_better_is_predicted_to_do_better(school: Served) -> None:
    told = ask(school, "predictive", {"student_ids": list(STUDENTS), "at": AT})
    values = {name: one["predicted_value"] for name, one in by_student(told).items()}
    assert sorted(values, key=values.__getitem__, reverse=True) == list(STUDENTS)
    assert values["ada"] == pytest.approx(0.9, abs=0.08)
    assert values["finn"] == pytest.approx(0.1, abs=0.08)
    assert told["model"]["beats_baseline"] is True
    assert told["model"]["metrics"]["auc"] > told["model"]["baseline"]["auc"]


def test_a_prediction_has_its_doubt_and_its_reasons(school: Served) -> None:
    one = by_student(ask(school, "predictive", {"student_ids": ["finn"], "at": AT}))["finn"]
    low, high = one["confidence_interval"]
    assert 0 < low < one["predicted_value"] < high < 1
    assert 0 < one["confidence"] <= 1 - (high - low)
    factors = {factor["factor"]: factor["contribution"] for factor in one["contributing_factors"]}
    assert set(factors) <= {
        "concept_mastery", "concept_difficulty", "overall_success", "learning_velocity", "hint_use", "engagement_trend",
    }  # fmt: skip
    sizes = [abs(value) for value in factors.values()]
    assert sizes == sorted(sizes, reverse=True)
    assert factors["overall_success"] < 0 or factors["concept_mastery"] < 0


def test_what_was_not_asked_for_is_left_out(school: Served) -> None:
    flags = {"include_confidence_intervals": False, "include_contributing_factors": False}
    one = by_student(ask(school, "predictive", {"student_ids": ["ada"], "at": AT, **flags}))["ada"]
    assert set(one) == {"student_id", "predicted_value", "confidence"}


def test_engagement_goes_on_as_it_went(school: Served) -> None:
    told = ask(school, "predictive", {"student_ids": ["ada"], "prediction_type": "engagement", "at": AT})
    one = by_student(told)["ada"]
    assert one["confidence_interval"][0] <= one["predicted_value"] <= one["confidence_interval"][1]
    assert one["contributing_factors"][0]["factor"] == "engagement_trend"
    assert told["model"] is None


def test_performance_is_made_of_both_and_risk_is_what_is_missing(school: Served) -> None:
    asked = {"student_ids": ["ada", "finn"], "at": AT}
    told = {
        kind: by_student(ask(school, "predictive", asked | {"prediction_type": kind}))
        for kind in ("success", "engagement", "performance", "risk")
    }
    for name in ("ada", "finn"):
        success, engaged, whole, risk = (told[kind][name]["predicted_value"] for kind in told)
        assert whole == pytest.approx(0.6 * success + 0.4 * engaged)
        assert risk == pytest.approx(1 - whole)
    assert told["risk"]["finn"]["risk_level"] in ("high", "critical")
    assert told["performance"]["finn"]["outcome"] in ("at_risk", "needs_help")


def test_nothing_is_said_of_somebody_unknown(school: Served) -> None:
    for kind in ("success", "engagement", "performance", "risk"):
        asked = {"student_ids": ["nobody"], "prediction_type": kind, "at": AT}
        one = by_student(ask(school, "predictive", asked))["nobody"]
        assert one["predicted_value"] is None
        assert one["reason"]


def test_without_ids_there_are_early_warnings(school: Served) -> None:
    told = ask(school, "predictive", {"at": AT})
    alerts = [(alert["student_id"], alert["type"], alert["severity"]) for alert in told["alerts"]]
    assert ("finn", "low_success", "critical") in alerts
    assert ("finn", "high_hint_rate", "medium") in alerts
    assert {name for name, *_ in alerts if name == "ada"} == set()
    assert told["students_considered"] == len(STUDENTS)


def test_who_stopped_is_warned_about(school: Served) -> None:
    told = ask(school, "predictive", {"at": "2025-03-31T12:00:00Z"})
    assert {alert["student_id"] for alert in told["alerts"] if alert["type"] == "inactive"} == set(STUDENTS)


def test_warnings_can_be_about_the_students_named(school: Served) -> None:
    told = ask(school, "predictive", {"at": AT, "student_ids": ["ada"], "early_warnings": True})
    assert (told["alerts"], told["students_considered"]) == ([], 1)


def test_without_a_model_predictions_are_unavailable_and_warnings_are_not(served: Served) -> None:
    key = served.key("read", "elsewhere")
    asked = {"student_ids": ["ada"], "prediction_type": "success"}
    answer = served.post("/dashboard/analytics/predictive", asked, key=key)
    assert_refused(answer, 503, "ANALYTICS_UNAVAILABLE", "no model")
    assert served.post("/dashboard/analytics/predictive", {}, key=key).json()["alerts"] == []


# Training


def test_nothing_is_trained_where_nothing_changed(school: Served) -> None:
    told = ask(school, "train-models", {"model_types": ["success", "risk"]})
    assert told["status"] == "unchanged"
    assert [(model["model_type"], model["status"]) for model in told["models"]] == [
        ("success", "unchanged"), ("risk", "derived"),
    ]  # fmt: skip
    assert told["model"]["interactions"] == len(STUDENTS) * 21 * 5


def test_training_can_be_forced(school: Served) -> None:
    before = ask(school, "train-models", {})["model"]
    told = ask(school, "train-models", {"force_retrain": True})
    assert told["status"] == "trained"
    assert told["model"]["metrics"] == before["metrics"]
    assert told["model"]["trained_at"] > before["trained_at"]


def test_too_little_is_said_to_be_too_little(served: Served) -> None:
    answer = served.post("/dashboard/analytics/train-models", {}, key=served.key("read", "elsewhere"))
    assert answer.json()["status"] == "too_little_data"
    assert answer.json()["model"] is None


# Comparisons


def test_cohorts_by_success_are_not_compared_in_success(school: Served) -> None:
    told = ask(school, "comparative", {"analysis_type": "cohort", "time_range": RANGE})
    assert [(group["name"], group["students"]) for group in told["groups"]] == [("high", 2), ("middle", 2), ("low", 2)]
    assert {comparison["metric"] for comparison in told["comparisons"]} == {"interaction_count", "avg_response_time"}


def test_two_periods_are_compared_now_minus_before(school: Served) -> None:
    told = ask(school, "comparative", {"analysis_type": "temporal", "metrics": ["success_rate"], "time_range": WEEK})
    (one,) = told["comparisons"]
    means = {group["name"]: group["means"]["success_rate"] for group in told["groups"]}
    assert one["difference"] == pytest.approx(means["current"] - means["previous"])
    assert one["test"]["name"] == "mann_whitney"
    assert one["practically_significant"] is False


def test_flags_leave_tests_and_effects_out(school: Served) -> None:
    flags = {"include_statistical_tests": False, "include_effect_sizes": False}
    told = ask(school, "comparative", {"analysis_type": "temporal", "time_range": WEEK, **flags})
    assert {"test", "cohens_d"}.isdisjoint(told["comparisons"][0])


def test_a_benchmark_tells_where_a_student_stands(school: Served) -> None:
    asked = {"analysis_type": "benchmark", "entities": ["ada", "nobody"], "time_range": WEEK}
    ada, nobody = ask(school, "comparative", asked)["benchmarks"]
    assert ada["metrics"]["success_rate"]["percentile"] == pytest.approx(100 * 5.5 / 6)
    assert ada["metrics"]["interaction_count"]["value"] == 35
    assert ada["metrics"]["interaction_count"]["trend"] == "stable"
    assert nobody["metrics"]["success_rate"] is None


def test_two_classes_are_variants(school: Served) -> None:
    admin = school.key("admin")
    for name, students in {"with": ["ada", "ben", "cleo"], "without": ["dan", "eva", "finn"]}.items():
        made = school.post("/v1/directory/classes", {"class_id": name, "name": name}, key=admin)
        assert made.status_code in (200, 201), made.text
        for student in students:
            path = f"/v1/directory/classes/{name}/students/{student}"
            assert school.ask("PUT", path, key=admin).status_code == 204
    asked = {"analysis_type": "ab_test", "entities": ["with", "without"], "time_range": RANGE}
    told = ask(school, "comparative", asked)
    success = next(comparison for comparison in told["comparisons"] if comparison["metric"] == "success_rate")
    assert success["n"] == [3, 3]
    assert success["difference"] == pytest.approx((9 + 8 + 7 - 5 - 3 - 1) / 30, abs=0.02)
    assert success["test"]["superiority"] == 1.0
    assert success["practically_significant"] is True


# Content


def test_content_is_told_by_first_tries_and_later_ones(school: Served) -> None:
    told = ask(school, "content-effectiveness", {"at": AT, "content_types": ["concept"]})
    contents = {one["content_id"]: one for one in told["content"]}
    assert set(contents) == {"velocity", "friction"}
    velocity = contents["velocity"]
    assert velocity["students"] == 6
    assert velocity["interactions"] + contents["friction"]["interactions"] == 6 * 21 * 5
    assert velocity["first_try_success"] == 1.0  # the first answer of everybody goes well
    assert velocity["gain"] == pytest.approx(velocity["later_success"] - 1.0)
    assert velocity["return_rate"] == 1.0
    assert velocity["hint_rate"] == pytest.approx(1 / 6)
    assert velocity["avg_response_time"] == pytest.approx(120, abs=1)
    rates = [one["success_rate"] for one in told["content"]]
    assert rates == sorted(rates)


def test_depth_decides_how_much_is_told(school: Served) -> None:
    depths = ("basic", "standard", "comprehensive")
    told = [ask(school, "content-effectiveness", {"at": AT, "analysis_depth": depth}) for depth in depths]
    found = [one["content"][0] for one in told]
    assert set(found[0]) < set(found[1]) < set(found[2])
    assert "hint_rate" not in found[0]
    assert found[2]["attempts_to_success"] >= 1


def test_recommendations_come_of_numbers_and_can_be_left_out(school: Served) -> None:
    told = ask(school, "content-effectiveness", {"at": AT})
    for recommendation in told["recommendations"]:
        assert_like(recommendation, {"content_id": "x", "content_type": "concept", "measure": "gain", "value": 0.5,
                          "recommendation": "x"})  # fmt: skip
    assert "recommendations" not in ask(school, "content-effectiveness", {"at": AT, "include_recommendations": False})


def test_content_can_be_named(school: Served) -> None:
    told = ask(school, "content-effectiveness", {"at": AT, "content_ids": ["forces"]})
    assert [(one["content_type"], one["content_id"]) for one in told["content"]] == [("agent", "forces")]


# Statistics


def test_a_series_has_a_trend_a_memory_and_a_rhythm(school: Served) -> None:
    asked = {"analysis_type": "timeseries", "metrics": ["interaction_count", "success_rate"], "time_range": RANGE}
    told = ask(school, "statistical", asked)
    assert told["buckets"] == 21
    count = told["metrics"]["interaction_count"]
    assert (count["n"], count["mean"], count["trend"]["slope"]) == (21, 30.0, 0.0)
    assert count["trend"]["direction"] == "stable"
    assert count["autocorrelation"] == []  # always the same: there is nothing to go together
    assert len(count["seasonality"]["by_weekday"]) == 7
    rate = told["metrics"]["success_rate"]
    assert rate["autocorrelation"][1]["value"] > 0.5  # every second day is alike
    assert rate["autocorrelation"][0]["value"] < -0.5


def test_hours_have_a_rhythm_of_hours(school: Served) -> None:
    asked = {"analysis_type": "timeseries", "metrics": ["interaction_count"], "time_range": WEEK, "granularity": "1H"}
    by_hour = ask(school, "statistical", asked)["metrics"]["interaction_count"]["seasonality"]["by_hour"]
    assert {hour: mean for hour, mean in by_hour.items() if mean} == {"09": 30.0}


def test_students_are_grouped_by_what_they_do(school: Served) -> None:
    told = ask(school, "statistical", {"analysis_type": "clustering", "time_range": RANGE})
    assert sorted(name for cluster in told["clusters"] for name in cluster["students"]) == sorted(STUDENTS)
    rules = {"method": "rules", "include_students": True}
    told = ask(school, "statistical", {"analysis_type": "clustering", "time_range": RANGE, "advanced_options": rules})
    found = {cluster["name"]: cluster["students"] for cluster in told["clusters"]}
    assert found["high_achievers"] == ["ada", "ben"]
    assert found["at_risk"] == ["eva", "finn"]


def test_correlations_take_six_students_that_differ(school: Served) -> None:
    asked = {"analysis_type": "correlation", "metrics": ["success_rate", "interaction_count"], "time_range": RANGE}
    (pair,) = ask(school, "statistical", asked)["correlations"]
    assert (pair["n"], pair["pearson"]) == (6, None)
    assert "the same for everybody" in pair["reason"]


def test_a_day_that_stands_out_is_found(school: Served) -> None:
    asked = {"analysis_type": "anomaly", "metrics": ["interaction_count"], "granularity": "1D"}
    around = {"start_date": "2025-02-24", "end_date": "2025-03-24"}
    assert ask(school, "statistical", asked | {"time_range": RANGE})["anomalies"] == []
    assert ask(school, "statistical", asked | {"time_range": around})["buckets"] == 28
    told = [interaction(f"w-{day}", f"2025-02-{day:02}T10:00:00Z") for day in range(1, 20)]
    told += [interaction(f"x-{n}", "2025-02-10T11:00:00Z") for n in range(40)]
    school.send_and_fold(*told, workspace="winter")
    winter = {"start_date": "2025-02-01", "end_date": "2025-02-20"}
    for spring in (winter, winter | {"start_date": "2024-06-01"}):
        body = asked | {"time_range": spring}
        answer = school.post("/dashboard/analytics/statistical", body, key=school.key("read", "winter"))
        (found,) = answer.json()["anomalies"]
        assert (found["timestamp"], found["value"]) == ("2025-02-10T00:00:00Z", 41.0)
        assert set(found["rules"]) == {"iqr", "z_score"}


def test_the_one_busy_day_of_an_idle_winter_does_not_stand_out(school: Served) -> None:
    asked = {"analysis_type": "anomaly", "metrics": ["interaction_count"], "granularity": "1D"}
    wide = {"start_date": "2024-11-01", "end_date": "2025-03-04"}
    assert ask(school, "statistical", asked | {"time_range": wide})["anomalies"] == []


# A new model


def test_a_new_model_is_used_from_the_next_answer_on(school: Served) -> None:
    state = tables("demo").state
    first = SHELF.model(state)
    assert first is not None
    assert SHELF.model(state) is first, "unpacked once"
    keep(state, msgspec.structs.replace(first, trained_at=first.trained_at + 1))
    second = SHELF.model(state)
    keep(state, first)
    assert second is not None
    assert second.trained_at == first.trained_at + 1


# Insights


def test_insights_are_numbers_in_sentences(school: Served) -> None:
    told = ask(school, "insights", {"at": AT, "importance_threshold": "low"})
    low = next(insight for insight in told["insights"] if insight["title"] == "low_success")
    assert low["evidence"] == {"students": 1, "of": 6, "share": pytest.approx(1 / 6)}
    assert low["text"].startswith("1 of 6 students")
    assert low["text"] in told["summary"]
    assert not any(name in told["summary"] for name in STUDENTS)


def test_a_first_week_is_more_than_nothing_only_if_there_was_something(school: Served) -> None:
    told = ask(school, "insights", {"at": "2025-03-30T12:00:00Z", "insight_types": ["engagement", "risk"]})
    titles = {insight["title"]: insight["importance"] for insight in told["insights"]}
    assert titles["fewer_interactions"] == "critical"
    assert titles["inactive"] == "critical"


def test_thresholds_audiences_and_plain_numbers(school: Served) -> None:
    assert ask(school, "insights", {"at": AT, "importance_threshold": "critical"})["insights"] == []
    asked = {"at": AT, "importance_threshold": "low"}
    student = ask(school, "insights", asked | {"target_audience": "student"})["insights"]
    assert "risk" not in {one["insight_type"] for one in student}
    plain = ask(school, "insights", asked | {"include_natural_language": False})
    assert "summary" not in plain
    assert all("text" not in insight for insight in plain["insights"])


# All of them


@pytest.mark.parametrize(("route", "body", "field"), WRONG)
def test_what_is_wrong_is_named(school: Served, route: str, body: Json, field: str) -> None:
    assert_refused(school.post(f"/dashboard/analytics/{route}", body), 422, "VALIDATION_ERROR", field)


def test_another_workspace_sees_nothing_of_it(school: Served) -> None:
    key = school.key("read", "elsewhere")
    asked = {"analysis_type": "clustering", "time_range": RANGE}
    assert school.post("/dashboard/analytics/statistical", asked, key=key).json()["students"] == 0


@pytest.mark.parametrize(
    ("route", "body", "seconds"),
    [
        ("predictive", {"at": AT}, 1800),
        ("comparative", {"analysis_type": "cohort", "time_range": RANGE}, 3600),
        ("content-effectiveness", {"at": AT}, 2400),
        ("statistical", {"analysis_type": "anomaly", "time_range": RANGE}, 3600),
        ("insights", {"at": AT}, 1800),
    ],
)
def test_answers_are_kept_as_long_as_documented(school: Served, route: str, body: Json, seconds: int) -> None:
    module = importlib.import_module(routes_of(f"/dashboard/analytics/{route}")["POST"].module)
    assert module.QUERY.policy.ttl_s == seconds
    first, second = (school.post(f"/dashboard/analytics/{route}", body) for _ in range(2))
    assert first.headers["x-cache-key"] == second.headers["x-cache-key"]
    assert second.headers["x-cache"] in ("hit-memory", "hit-table")
