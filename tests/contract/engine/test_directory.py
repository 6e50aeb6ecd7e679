"""/v1/directory: classes and who is in them, agents, concepts, as administrators keep them and everybody reads them."""

import asyncio
import itertools
from typing import Any

import httpx
import pytest

from belvedere.boards.learning.directory.classes import classes_of_student, get_class
from belvedere_cli.demo.school_directory import register
from belvedere_cli.demo.simulator import Simulator
from belvedere_cli.sending.directory_client import DirectoryClient
from tests.contract.shapes import assert_like, assert_refused
from tests.worlds.served import Served

CLASSES, AGENTS, CONCEPTS = (f"/v1/directory/{name}" for name in ("classes", "agents", "concepts"))
CLASS = {
    "class_id": "physics-1a",
    "name": "Physics 1a",
    "instructors": ["ms-weber"],
    "version": 1,
    "created_at": "2026-01-05T09:00:00Z",
    "updated_at": "2026-01-05T09:00:00Z",
}
NUMBERS = itertools.count(1)
Json = dict[str, Any]


class Office:
    """An administrator of one workspace."""

    def __init__(self, served: Served, workspace: str) -> None:
        self.served, self.workspace = served, workspace

    def ask(self, method: str, path: str, body: Any = None, scope: str = "admin", **params: Any) -> httpx.Response:
        key = self.served.key(scope, self.workspace)
        return self.served.ask(method, path, key=key, params=params, **({} if body is None else {"json": body}))

    def done(self, method: str, path: str, body: Any = None, **params: Any) -> Json:
        """What an answer without trouble says."""
        answer = self.ask(method, path, body, **params)
        assert answer.status_code in (200, 201, 204), answer.text
        return dict(answer.json()) if answer.content else {}


@pytest.fixture
def office(served: Served) -> Office:
    """An empty workspace for each test."""
    return Office(served, f"office-{next(NUMBERS)}")


# Classes


def test_a_class_through_its_life(office: Office) -> None:
    made = office.ask("POST", CLASSES, {"class_id": "physics-1a", "name": "Physics 1a", "instructors": ["ms-weber"]})
    assert (made.status_code, made.headers["location"]) == (201, f"{CLASSES}/physics-1a")
    assert_like(made.json(), CLASS)
    assert office.done("GET", made.headers["location"]) == made.json() | {"student_count": 0}
    changed = office.done("PUT", f"{CLASSES}/physics-1a", {"name": "Evening", "version": 1})
    assert (changed["name"], changed["instructors"], changed["version"]) == ("Evening", [], 2)
    assert office.done("GET", CLASSES) == {"classes": [changed], "cursor": None}
    assert office.ask("DELETE", f"{CLASSES}/physics-1a").status_code == 204
    assert_refused(office.ask("GET", f"{CLASSES}/physics-1a"), 404, "NOT_FOUND", "there is no class 'physics-1a'")


def test_an_id_with_odd_characters_keeps_its_place(office: Office) -> None:
    made = office.ask("POST", CLASSES, {"class_id": "Größe #1 50%", "name": "n"})
    assert made.headers["location"] == f"{CLASSES}/Gr%C3%B6%C3%9Fe%20%231%2050%25"
    assert office.done("GET", made.headers["location"])["class_id"] == "Größe #1 50%"


def test_students_come_and_go(office: Office) -> None:
    office.done("POST", CLASSES, {"class_id": "a", "name": "A"})
    students = f"{CLASSES}/a/students"
    assert office.done("POST", students, {"add": ["ann", "bob"]}) == {
        "class_id": "a",
        "added": 2,
        "removed": 0,
        "unchanged": 0,
    }
    assert office.ask("PUT", f"{students}/zoe").status_code == 204
    assert office.ask("PUT", f"{students}/zoe").status_code == 204
    assert office.ask("DELETE", f"{students}/ann").status_code == 204
    assert_refused(office.ask("DELETE", f"{students}/ann"), 404, "NOT_FOUND", "'ann' is no student of class 'a'")
    assert office.done("GET", students) == {"class_id": "a", "students": ["bob", "zoe"], "cursor": None}
    assert office.done("GET", f"{CLASSES}/a")["student_count"] == 2


def test_a_deleted_class_is_in_nobodys_list(office: Office) -> None:
    for name in ("a", "b"):
        office.done("POST", CLASSES, {"class_id": name, "name": name})
        office.done("POST", f"{CLASSES}/{name}/students", {"add": ["ann"]})
    office.done("DELETE", f"{CLASSES}/a")
    assert classes_of_student(office.workspace, "ann") == ("b",)
    assert_refused(office.ask("PUT", f"{CLASSES}/a/students/ann"), 404, "NOT_FOUND", "there is no class 'a'")


def test_pages_of_students_are_followed_by_their_cursor(office: Office) -> None:
    office.done("POST", CLASSES, {"class_id": "a", "name": "A"})
    office.done("POST", f"{CLASSES}/a/students", {"add": list("edcba")})
    found: list[str] = []
    cursor: Json = {}
    for _ in range(3):
        page = office.done("GET", f"{CLASSES}/a/students", limit=2, **cursor)
        found, cursor = [*found, *page["students"]], {"cursor": page["cursor"]}
    assert (found, cursor) == (list("abcde"), {"cursor": None})


# What is refused


@pytest.mark.parametrize(
    ("path", "body", "told"),
    [
        (CLASSES, {"name": "n"}, ["class_id: is required"]),
        (CLASSES, {"class_id": "a/b", "name": "n"}, ["class_id: ", "without '/'"]),
        (CLASSES, {"class_id": "a", "name": "n", "teachers": []}, ["teachers: "]),
        (CLASSES, {"class_id": "a", "name": "n", "instructors": ["x"] * 21}, ["instructors: ", "20"]),
        (AGENTS, {"agent_id": "a", "name": ""}, ["name: "]),
        (AGENTS, {"agent_id": "a", "name": "n", "active": "perhaps"}, ["active: "]),
        (CONCEPTS, {"concept_id": "a", "name": "n", "difficulty": "hard"}, ["difficulty: must be one of", "beginner"]),
        (CONCEPTS, {"concept_id": "a", "name": "n", "prerequisites": ["b"]}, ["prerequisites: 'a' needs 'b'"]),
        (CONCEPTS, {"concept_id": "a", "name": "n", "prerequisites": ["a"]}, ["prerequisites: 'a' needs 'a'"]),
    ],
)
def test_a_wrong_field_is_named(office: Office, path: str, body: Json, told: list[str]) -> None:
    assert_refused(office.ask("POST", path, body), 422, "VALIDATION_ERROR", *told)


@pytest.mark.parametrize(
    ("path", "body"),
    [
        (CLASSES, {"class_id": "x", "name": "n"}),
        (AGENTS, {"agent_id": "x", "name": "n"}),
        (CONCEPTS, {"concept_id": "x", "name": "n"}),
    ],
)
def test_what_is_there_is_not_made_again(office: Office, path: str, body: Json) -> None:
    office.done("POST", path, body)
    assert_refused(office.ask("POST", path, body), 409, "CONFLICT", "'x' already")


@pytest.mark.parametrize(("method", "body"), [("GET", None), ("PUT", {"name": "n"}), ("DELETE", None)])
@pytest.mark.parametrize("path", [CLASSES, AGENTS, CONCEPTS])
def test_what_is_not_there_is_404(office: Office, path: str, method: str, body: Json | None) -> None:
    assert_refused(office.ask(method, f"{path}/nothing", body), 404, "NOT_FOUND", "'nothing'")


@pytest.mark.parametrize(("path", "name"), [(CLASSES, "class_id"), (AGENTS, "agent_id")])
def test_another_version_is_409(office: Office, path: str, name: str) -> None:
    office.done("POST", path, {name: "x", "name": "n"})
    answer = office.ask("PUT", f"{path}/x", {"name": "n", "version": 7})
    assert_refused(answer, 409, "CONFLICT", "version: ", "has version 1 by now, not 7")


@pytest.mark.parametrize("scope", ["read", "write"])
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", CLASSES),
        ("PUT", f"{CLASSES}/a"),
        ("DELETE", f"{CLASSES}/a"),
        ("POST", f"{CLASSES}/a/students"),
        ("PUT", f"{CLASSES}/a/students/u"),
        ("DELETE", f"{CLASSES}/a/students/u"),
        ("POST", AGENTS),
        ("DELETE", f"{AGENTS}/a"),
        ("POST", CONCEPTS),
        ("PUT", CONCEPTS),
        ("DELETE", f"{CONCEPTS}/a"),
    ],
)
def test_only_an_admin_key_changes_anything(office: Office, method: str, path: str, scope: str) -> None:
    assert_refused(office.ask(method, path, {}, scope=scope), 403, "FORBIDDEN", "needs 'admin'")


@pytest.mark.parametrize("path", [CLASSES, AGENTS, CONCEPTS])
def test_a_read_key_reads(office: Office, path: str) -> None:
    answer = office.ask("GET", path, scope="read")
    assert (answer.status_code, next(iter(answer.json().values()))) == (200, [])


def test_a_workspace_sees_nothing_of_another(office: Office, served: Served) -> None:
    office.done("POST", CLASSES, {"class_id": "a", "name": "A"})
    office.done("POST", AGENTS, {"agent_id": "a", "name": "A"})
    office.done("POST", CONCEPTS, {"concept_id": "a", "name": "A"})
    stranger = Office(served, f"{office.workspace}-2")
    for path in (CLASSES, AGENTS, CONCEPTS):
        assert_refused(stranger.ask("GET", f"{path}/a"), 404, "NOT_FOUND")
        assert_refused(stranger.ask("DELETE", f"{path}/a"), 404, "NOT_FOUND")
        assert office.ask("GET", f"{path}/a").status_code == 200


# Concepts


def test_a_graph_is_loaded_whole_or_not_at_all(office: Office) -> None:
    graph = [{"concept_id": "force", "name": "F", "prerequisites": ["mass"]}, {"concept_id": "mass", "name": "M"}]
    assert office.done("PUT", CONCEPTS, {"concepts": graph}) == {"concepts": 2, "revision": 1}
    wrong = [*graph, {"concept_id": "work", "name": "W", "prerequisites": ["force", "length"]}]
    refused = office.ask("PUT", CONCEPTS, {"concepts": wrong})
    assert_refused(refused, 422, "VALIDATION_ERROR", "'work' needs 'length', and there is no such concept")
    circle = [{**graph[1], "prerequisites": ["force"]}, graph[0]]
    refused = office.ask("PUT", CONCEPTS, {"concepts": circle})
    assert_refused(refused, 422, "VALIDATION_ERROR", "'force' needs 'mass'", "must not lead back to itself")
    told = office.done("GET", CONCEPTS)
    assert [concept["concept_id"] for concept in told["concepts"]] == ["force", "mass"]
    assert_refused(office.ask("PUT", CONCEPTS, {"concepts": [], "revision": 7}), 409, "CONFLICT", "revision: ")


def test_a_deleted_concept_is_nobodys_prerequisite(office: Office) -> None:
    graph = [{"concept_id": "force", "name": "F", "prerequisites": ["mass"]}, {"concept_id": "mass", "name": "M"}]
    office.done("PUT", CONCEPTS, {"concepts": graph})
    office.done("DELETE", f"{CONCEPTS}/mass")
    assert office.done("GET", f"{CONCEPTS}/force")["prerequisites"] == []


# The demo's school, registered as the demo does it


def test_the_demos_school_can_be_registered_and_registered_again(office: Office) -> None:
    async def ask(method: str, path: str, body: Json | None) -> tuple[int, Json]:
        answer = await asyncio.to_thread(office.ask, method, f"/v1/directory/{path}", body)
        return answer.status_code, answer.json() if answer.content else {}

    school = Simulator(students=10).school
    told = [asyncio.run(register(DirectoryClient(ask), school)) for _ in range(2)]
    assert told == ["registered: 3 classes with 10 students, 6 agents, 22 concepts"] * 2
    first = get_class(office.workspace, "class-1")
    assert first is not None
    assert (first.instructors, first.students) == (("teacher-1",), ("student-003", "student-006", "student-009"))
    assert len(office.done("GET", AGENTS)["agents"]) == 6
    assert (len(office.done("GET", CONCEPTS)["concepts"]), office.done("GET", CONCEPTS)["revision"]) == (22, 1)


# Settings


def test_a_workspace_says_its_time_zone(office: Office) -> None:
    path = "/v1/directory/workspace"
    assert office.done("GET", path) == {"timezone": "UTC", "timezone_since": None, "version": 0, "updated_at": None}
    made = office.done("PUT", path, {"timezone": "Asia/Kathmandu"})
    assert (made["timezone"], made["version"]) == ("Asia/Kathmandu", 1)
    assert made["timezone_since"] > made["updated_at"]
    assert office.ask("GET", path, scope="read").json() == made
    assert_refused(office.ask("PUT", path, {"timezone": "UTC"}, scope="read"), 403, "FORBIDDEN")
    assert_refused(office.ask("PUT", path, {"timezone": "Mars/Olympus"}), 422, "VALIDATION_ERROR", "timezone")
    assert_refused(office.ask("PUT", path, {"time_zone": "UTC"}), 422, "VALIDATION_ERROR", "time_zone")
    assert_refused(office.ask("PUT", path, {"timezone": "UTC", "version": 5}), 409, "CONFLICT", "version")
