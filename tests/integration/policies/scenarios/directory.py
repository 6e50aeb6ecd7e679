"""What the functions of the Directory are made to do."""

from belvedere.boards.learning.directory.enrolment import change_students
from belvedere.boards.learning.directory.register_classes import create_class
from belvedere.boards.learning.directory.requests import EnrolmentBody, NewClassBody
from belvedere.boards.productivity.insights.dismissals import dismiss
from belvedere.clock import now_ms
from belvedere.storage.tables import tables
from tests.integration.policies.scenarios.registry import scenario
from tests.worlds.stage import Stage

CLASSES, AGENTS, CONCEPTS, USERS = (f"/v1/directory/{name}" for name in ("classes", "agents", "concepts", "users"))


@scenario("directory.classes")
def classes(stage: Stage) -> None:
    """A class with a teacher and a student, through its life."""
    new = {"class_id": "short-lived", "name": "A class", "instructors": ["ms-a"]}
    stage.http("directory.classes", new, at=("POST", CLASSES))
    change_students(tables("demo"), "short-lived", EnrolmentBody(add=["user1"], remove=[]))
    path = f"{CLASSES}/short-lived"
    stage.http("directory.classes", at=("GET", path))
    stage.http("directory.classes", {"name": "Another", "instructors": ["mr-b"]}, at=("PUT", path))
    stage.http("directory.classes", at=("DELETE", path))


@scenario("directory.students")
def students(stage: Stage) -> None:
    """Students come, one by one and many at once, and go."""
    create_class(tables("demo"), NewClassBody(class_id="class-1", name="Class 1"))
    students = f"{CLASSES}/class-1/students"
    stage.http("directory.students", {"add": ["user1", "user2"]}, at=("POST", students))
    stage.http("directory.students", at=("PUT", f"{students}/user3"))
    stage.http("directory.students", at=("DELETE", f"{students}/user1"))


@scenario("directory.agents")
def agents(stage: Stage) -> None:
    """An agent through its life."""
    path = f"{AGENTS}/short-lived"
    stage.http("directory.agents", {"agent_id": "short-lived", "name": "An agent"}, at=("POST", AGENTS))
    stage.http("directory.agents", {"name": "Another"}, at=("PUT", path))
    stage.http("directory.agents", at=("GET", path))
    stage.http("directory.agents", at=("DELETE", path))


@scenario("directory.workspace")
def workspace(stage: Stage) -> None:
    """Read, set, and set to what it is."""
    for method, body in (("GET", None), ("PUT", {"timezone": "Asia/Kolkata"}), ("PUT", {"timezone": "Asia/Kolkata"})):
        stage.http("directory.workspace", body, at=(method, "/v1/directory/workspace"))


@scenario("directory.concepts")
def concepts(stage: Stage) -> None:
    """A graph, and a concept through its life."""
    path = f"{CONCEPTS}/velocity"
    stage.http("directory.concepts", {"concepts": [{"concept_id": "length", "name": "n"}]}, at=("PUT", CONCEPTS))
    stage.http("directory.concepts", {"concept_id": "velocity", "name": "n"}, at=("POST", CONCEPTS))
    stage.http("directory.concepts", {"name": "n", "prerequisites": ["length"]}, at=("PUT", path))
    stage.http("directory.concepts", at=("DELETE", path))


@scenario("directory.alert_rules")
def alert_rules(stage: Stage) -> None:
    """A rule through its life."""
    path = "/v1/directory/alert-rules/learning/mine"
    rule = {"metric": "success_rate", "comparison": "<", "threshold": 0.5, "title": "t"}
    stage.http("directory.alert_rules", rule, at=("PUT", path))
    stage.http("directory.alert_rules", at=("DELETE", path))


@scenario("directory.users")
def users(stage: Stage) -> None:
    """A person through their life, who teaches one class and learns in it, too, and has dismissed an insight."""
    path = f"{USERS}/short-lived"
    create_class(tables("demo"), NewClassBody(class_id="theirs", name="Theirs", instructors=["short-lived"]))
    change_students(tables("demo"), "theirs", EnrolmentBody(add=["short-lived"], remove=[]))
    stage.http("directory.users", {"user_id": "short-lived", "role": "viewer"}, at=("POST", USERS))
    dismiss(tables("demo").state, "short-lived", "an-insight", now_ms())
    stage.http("directory.users", {"role": "analyst", "username": "another"}, at=("PUT", path))
    stage.http("directory.users", at=("GET", path))
    stage.http("directory.users", at=("DELETE", path))
