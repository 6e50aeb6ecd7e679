"""Registers the simulated school: its classes with their students, its agents, its concepts and what they build on."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from belvedere_cli.demo.simulated_school import AGENTS, PREREQUISITES, Student
from belvedere_cli.sending.directory_client import DirectoryClient, Json, directory_client
from belvedere_cli.sending.event_target import Target

NOT_REGISTERED = "the school's classes and concepts are not registered: that takes --admin-key"
DEMO_STUDENT, DEMO_INSTRUCTOR = "student-001", "instructor"  # whom one can sign in as, in development
NAMES = {"newtons_laws": "Newton's laws"}


async def register_school(target: Target | None, school: Iterable[Student]) -> str:
    """Register what is not there yet; says what there is now. Raises UsageError and Unreachable."""
    if target is None:
        return NOT_REGISTERED
    async with directory_client(target) as client:
        return await register(client, school)


async def register(client: DirectoryClient, school: Iterable[Student]) -> str:
    """The same with a client at hand."""
    classes = enrolment(school)
    for class_id, students in classes.items():
        number = class_id.rpartition("-")[2]
        entry = {"class_id": class_id, "name": f"Physics {number}", "instructors": teachers(class_id, students)}
        await client.add("classes", entry)
        await client.enrol(class_id, students)
    for agent in AGENTS:
        name, about = named(agent.name), ", ".join(map(named, agent.concepts)).capitalize()
        await client.add("agents", {"agent_id": agent.name, "name": name, "description": f"{about}."})
    await client.add_concepts(list(concepts()))
    students_in_all = sum(map(len, classes.values()))
    return (
        f"registered: {len(classes)} classes with {students_in_all} students, "
        f"{len(AGENTS)} agents, {len(PREREQUISITES)} concepts"
    )


def enrolment(school: Iterable[Student]) -> Mapping[str, list[str]]:
    """The students of each class, by class."""
    classes: dict[str, list[str]] = defaultdict(list)
    for student in school:
        classes[student.class_id].append(student.id)
    return dict(sorted(classes.items()))


def teachers(class_id: str, students: Iterable[str]) -> list[str]:
    """Who teaches a class; the demo's instructor teaches the demo's student."""
    return [class_id.replace("class", "teacher"), *([DEMO_INSTRUCTOR] if DEMO_STUDENT in students else [])]


def concepts() -> Iterator[Json]:
    """The concepts as the Directory takes them; each is as hard as its agent's problems."""
    for agent in AGENTS:
        for concept in agent.concepts:
            yield {"concept_id": concept, "name": named(concept), "difficulty": agent.level,
                   "prerequisites": list(PREREQUISITES[concept])}  # fmt: skip


def named(name: str) -> str:
    """`projectile_motion` as people write it."""
    return NAMES.get(name, name.replace("_", " ").capitalize())
