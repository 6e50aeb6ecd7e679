"""What a graph of concepts has to be: each once, its prerequisites exist, and none leads back to itself. Pure."""

from collections import Counter
from collections.abc import Iterable, Sequence
from graphlib import CycleError, TopologicalSorter

from belvedere.boards.learning.directory.concepts import Concept, Graph
from belvedere.boards.learning.directory.requests import MAX_CONCEPTS, ConceptBody
from belvedere.errors import Invalid, NotFound

SHOWN = 10


def find_concept(graph: Graph, concept_id: str) -> Concept:
    """A concept of a graph. Raises NotFound."""
    for one in graph.concepts:
        if one.concept_id == concept_id:
            return one
    raise NotFound(f"there is no concept '{concept_id}'")


def page_of_concepts(graph: Graph, limit: int, after: str | None) -> tuple[list[Concept], str | None]:
    """At most `limit` concepts behind the id `after`, by id, and the id to go on behind."""
    rest = [one for one in graph.concepts if after is None or one.concept_id > after]
    return rest[:limit], rest[limit - 1].concept_id if len(rest) > limit else None


def concept_of(concept_id: str, body: ConceptBody) -> Concept:
    """What a body describes, each prerequisite once."""
    return Concept(concept_id, body.name, body.difficulty, tuple(dict.fromkeys(body.prerequisites)))


def checked(concepts: Iterable[Concept]) -> tuple[Concept, ...]:
    """Concepts by id. Raises Invalid, naming what is twice, what is unknown, or what leads back to itself."""
    found = sorted(concepts, key=lambda one: one.concept_id)
    if twice := [name for name, times in Counter(one.concept_id for one in found).items() if times > 1]:
        raise Invalid(f"concepts: {_quoted(twice)} twice; each concept is told once")
    if len(found) > MAX_CONCEPTS:
        raise Invalid(f"concepts: {len(found)} concepts; at most {MAX_CONCEPTS} in one workspace")
    _check_known(found)
    try:
        TopologicalSorter({one.concept_id: one.prerequisites for one in found}).prepare()
    except CycleError as error:
        raise Invalid(f"prerequisites: {_way(error.args[1][::-1])}: a concept must not lead back to itself") from None
    return tuple(found)


def _check_known(concepts: Sequence[Concept]) -> None:
    known = {one.concept_id for one in concepts}
    for one in concepts:
        if unknown := [name for name in one.prerequisites if name not in known]:
            raise Invalid(f"prerequisites: '{one.concept_id}' needs {_quoted(unknown)}, and there is no such concept")


def _way(names: Sequence[str]) -> str:
    """A chain of concepts, each needing the next; a long one without its middle."""
    told = [f"'{name}'" for name in names]
    return " needs ".join(told if len(told) <= SHOWN else [*told[: SHOWN - 1], "...", told[-1]])


def _quoted(names: Sequence[str]) -> str:
    return ", ".join(f"'{name}'" for name in names[:SHOWN]) + (", ..." if len(names) > SHOWN else "")
