"""The simulated school registers what its events name, and the local tools register only where they may."""

import json
from pathlib import Path

import pytest

from belvedere.boards.learning.directory.graph import checked, concept_of
from belvedere.boards.learning.directory.requests import NewConceptBody
from belvedere_cli import cli, deployment
from belvedere_cli.demo import demo
from belvedere_cli.demo.school_directory import NOT_REGISTERED, concepts, enrolment, register, register_school
from belvedere_cli.demo.simulated_school import AGENTS, PREREQUISITES
from belvedere_cli.demo.simulator import Simulator
from belvedere_cli.errors import UsageError
from belvedere_cli.sending.directory_client import DirectoryClient, Json
from belvedere_cli.sending.event_target import Target, TargetOptions

MONDAY = 1_767_571_200_000


class FakeDirectory:
    """Remembers what it was asked, and answers as the routes do."""

    def __init__(self, concepts: list[Json] | None = None, status: int = 201) -> None:
        self.asked: list[tuple[str, str, Json | None]] = []
        self.concepts = concepts or []
        self.status = status

    async def ask(self, method: str, path: str, body: Json | None) -> tuple[int, Json]:
        self.asked.append((method, path, body))
        if method == "GET":
            after = path.partition("cursor=")[2]
            start = next((n for n, one in enumerate(self.concepts, 1) if one["concept_id"] == after), 0)
            page, rest = self.concepts[start : start + 2], self.concepts[start + 2 :]
            return 200, {"concepts": page, "revision": 4, "cursor": page[-1]["concept_id"] if rest else None}
        return self.status, {"detail": "told why"}

    def told(self, path: str) -> Json:
        (body,) = [body for method, asked, body in self.asked if asked == path and method != "GET" and body]
        return body


def test_the_concepts_of_the_school_can_be_learnt_one_after_the_other() -> None:
    assert {name for agent in AGENTS for name in agent.concepts} == PREREQUISITES.keys()
    graph = checked(concept_of(one["concept_id"], NewConceptBody(**one)) for one in concepts())
    assert len(graph) == 22
    assert {one.concept_id for one in graph if not one.prerequisites} == {"units"}


def test_the_enrolment_says_what_the_events_say() -> None:
    simulator = Simulator(students=20, per_second=0.5)
    classes = enrolment(simulator.school)
    for delivery in simulator.deliveries(MONDAY, MONDAY + 3_600_000):
        assert delivery.event.user in classes[delivery.event.properties["class_id"]]
    assert sum(map(len, classes.values())) == 20


async def test_the_whole_school_is_registered() -> None:
    directory = FakeDirectory()
    told = await register(DirectoryClient(directory.ask), Simulator(students=7).school)
    assert told == "registered: 3 classes with 7 students, 6 agents, 22 concepts"
    assert directory.told("classes/class-1/students") == {"add": ["student-003", "student-006"]}
    assert [body["class_id"] for _, path, body in directory.asked if path == "classes" and body] == [
        "class-1",
        "class-2",
        "class-3",
    ]
    assert [body["instructors"] for _, path, body in directory.asked if path == "classes" and body] == [
        ["teacher-1"],
        ["teacher-2", "instructor"],
        ["teacher-3"],
    ]
    assert "student-001" in directory.told("classes/class-2/students")["add"]
    assert len([path for _, path, _ in directory.asked if path == "agents"]) == 6
    assert len(directory.told("concepts")["concepts"]) == 22


async def test_concepts_that_are_there_stay_as_they_are() -> None:
    held = [{"concept_id": name, "name": "mine"} for name in ("algebra", "b", "c", "units", "z")]
    directory = FakeDirectory(held)
    new = [{"concept_id": "units", "name": "theirs"}, {"concept_id": "work", "name": "theirs"}]
    assert await DirectoryClient(directory.ask).add_concepts(new) == 1
    assert directory.told("concepts") == {"concepts": [*held, new[1]], "revision": 4}


async def test_where_all_is_known_nothing_is_written() -> None:
    directory = FakeDirectory([{"concept_id": "units", "name": "mine"}])
    assert await DirectoryClient(directory.ask).add_concepts([{"concept_id": "units", "name": "theirs"}]) == 0
    assert {method for method, _, _ in directory.asked} == {"GET"}


@pytest.mark.parametrize(("status", "fine"), [(201, True), (409, True), (403, False), (422, False)])
async def test_what_is_there_already_is_fine_and_a_refusal_is_told(status: int, fine: bool) -> None:
    client = DirectoryClient(FakeDirectory(status=status).ask)
    if fine:
        await client.add("agents", {"agent_id": "a"})
    else:
        with pytest.raises(UsageError, match=f"POST /v1/directory/agents answered {status}: told why"):
            await client.add("agents", {"agent_id": "a"})


async def test_many_students_go_in_several_requests() -> None:
    directory = FakeDirectory()
    await DirectoryClient(directory.ask).enrol("a b", [f"s{n}" for n in range(2_500)])
    assert [(path, len((body or {})["add"])) for _, path, body in directory.asked] == [
        ("classes/a%20b/students", 1000),
        ("classes/a%20b/students", 1000),
        ("classes/a%20b/students", 500),
    ]


async def test_without_an_admin_key_nothing_is_registered() -> None:
    assert await register_school(None, ()) == NOT_REGISTERED


@pytest.mark.parametrize(
    ("words", "target"),
    [
        ([], Target("http://here", "local-admin")),
        (["--url", "http://there"], None),
        (["--key", "another-workspaces"], None),
        (["--url", "http://there", "--key", "theirs"], None),
        (["--url", "http://there", "--key", "theirs", "--admin-key", "a"], Target("http://there", "a")),
        (["--admin-key", "a"], Target("http://here", "a")),
    ],
)
def test_the_local_admin_key_is_for_the_local_demo_workspace_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], target: Target | None
) -> None:
    known = {"url": "http://here", "write_key": "local-write", "admin_key": "local-admin"}
    (tmp_path / "outputs.json").write_text(json.dumps(known))
    targets: list[TargetOptions] = []
    monkeypatch.setattr(demo, "run", lambda _, target: targets.append(target) or 0)
    monkeypatch.setattr(deployment, "check_sending", lambda *_: None)
    assert cli.main(["demo", *words, "--state-dir", str(tmp_path)]) == 0
    assert [options.admin_target() for options in targets] == [target]
