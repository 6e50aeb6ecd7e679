"""GET /dashboard/mock/*: the documented examples, for anybody, without a look at any table."""

from typing import Any

import pytest

from tests.worlds.served import Served

STUDENT: dict[str, Any] = {
    "user_id": "mock_student_123",
    "progress_metrics": {
        "overall_score": 0.75, "concepts_mastered": 12, "total_concepts": 20, "learning_velocity": 0.65,
        "engagement_score": 0.82,
    },
    "mock_data": True,
}  # fmt: skip
CLASS: dict[str, Any] = {
    "class_id": "physics_101",
    "summary": {"total_students": 45, "active_students": 38, "avg_progress": 0.67, "completion_rate": 0.73},
    "performance_distribution": {"excellent": 8, "good": 15, "average": 12, "needs_help": 8, "at_risk": 2},
    "mock_data": True,
}
BOTH = pytest.mark.parametrize("path", ["/dashboard/mock/student-progress", "/dashboard/mock/class-analytics"])


def test_the_student_is_the_documented_one(served: Served) -> None:
    body = served.get("/dashboard/mock/student-progress").json()
    assert {name: body[name] for name in STUDENT} == STUDENT
    assert body["concept_breakdown"][:2] == [
        {"concept": "Kinematics", "mastery": 0.89, "confidence": 0.85},
        {"concept": "Forces", "mastery": 0.72, "confidence": 0.78},
    ]
    assert body["time_series"][:2] == [{"date": "2025-01-01", "score": 0.45}, {"date": "2025-01-07", "score": 0.52}]


def test_the_class_is_the_documented_one_and_tells_what_is_trending(served: Served) -> None:
    body = served.get("/dashboard/mock/class-analytics").json()
    assert {name: body[name] for name in CLASS} == CLASS
    assert sum(body["performance_distribution"].values()) == body["summary"]["total_students"]
    assert {"concept": "Newton's Laws", "difficulty": 0.45, "engagement": 0.78} in body["trending_concepts"]


@BOTH
def test_it_may_be_kept_for_a_day_by_anybody(served: Served, path: str) -> None:
    headers = served.get(path, key="").headers
    assert headers["cache-control"] == "public, max-age=86400, stale-while-revalidate=172800"
    assert headers["x-cache-type"] == "mock"
    assert headers["x-api-version"] == "2.0.0"
    etag = headers["etag"]
    assert served.get(path, key="", headers={"If-None-Match": etag}).status_code == 304


@BOTH
def test_it_needs_no_key_and_no_table(served: Served, path: str) -> None:
    gone = dict.fromkeys(("EVENTS_TABLE", "ROLLUPS_TABLE", "CACHE_TABLE", "STATE_TABLE", "DIRECTORY_TABLE"), "gone")
    with served.with_environment(**gone):
        answer = served.get(path, key="")
    assert answer.status_code == 200
    assert answer.headers["x-read-units"] == "0"
