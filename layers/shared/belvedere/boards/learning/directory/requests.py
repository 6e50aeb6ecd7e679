"""What the routes of classes, agents and concepts take."""

from typing import Annotated, Literal

from pydantic import Field

from belvedere.bodies import Body
from belvedere.directory.names import Id, Name, Text, UserId
from belvedere.directory.requests import Version

MAX_INSTRUCTORS = 20  # so that a class and all its instructors are changed in one transaction
MAX_STUDENTS = 1_000
MAX_PREREQUISITES = 50
MAX_CONCEPTS = 2_000

Level = Literal["beginner", "intermediate", "advanced"]
Users = Annotated[list[UserId], Field(default_factory=list, max_length=MAX_STUDENTS)]


class ClassFields(Body):
    """What a class has besides its id and its students."""

    name: Name
    instructors: list[UserId] = Field(default_factory=list, max_length=MAX_INSTRUCTORS)


class NewClassBody(ClassFields):
    """POST /v1/directory/classes."""

    class_id: Id


class ClassBody(ClassFields):
    """PUT /v1/directory/classes/{class_id}."""

    version: Version = None


class EnrolmentBody(Body):
    """POST /v1/directory/classes/{class_id}/students."""

    add: Users
    remove: Users


class AgentFields(Body):
    """What an agent has besides its id."""

    name: Name
    description: Text = ""
    active: bool = True


class NewAgentBody(AgentFields):
    """POST /v1/directory/agents."""

    agent_id: Id


class AgentBody(AgentFields):
    """PUT /v1/directory/agents/{agent_id}."""

    version: Version = None


class ConceptBody(Body):
    """PUT /v1/directory/concepts/{concept_id}."""

    name: Name
    difficulty: Level | None = None
    prerequisites: list[Id] = Field(default_factory=list, max_length=MAX_PREREQUISITES)


class NewConceptBody(ConceptBody):
    """POST /v1/directory/concepts, and one of many in PUT."""

    concept_id: Id


class GraphBody(Body):
    """PUT /v1/directory/concepts: all concepts there are to be."""

    concepts: list[NewConceptBody] = Field(max_length=MAX_CONCEPTS)
    revision: int | None = Field(None, description="replace only what still has this revision")
