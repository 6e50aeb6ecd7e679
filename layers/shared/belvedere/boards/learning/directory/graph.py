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
    for concept in graph.concepts:
        if concept.concept_id == concept_id:
            return concept
    raise NotFound(f"there is no concept '{concept_id}'")


def page_of_concepts(graph: Graph, limit: int, after: str | None) -> tuple[list[Concept], str | None]:
    """At most `limit` concepts behind the id `after`, by id, and the id to go on behind."""
    rest = [concept for concept in graph.concepts if after is None or concept.concept_id > after]
    return rest[:limit], rest[limit - 1].concept_id if len(rest) > limit else None


def concept_of(concept_id: str, body: ConceptBody) -> Concept:
    """What a body describes, each prerequisite once."""
    return Concept(concept_id, body.name, body.difficulty, tuple(dict.fromkeys(body.prerequisites)))


def checked(concepts: Iterable[Concept]) -> tuple[Concept, ...]:
    """Concepts by id. Raises Invalid, naming what is twice, what is unknown, or what leads back to itself."""
    ordered = sorted(concepts, key=lambda concept: concept.concept_id)
    if twice := [name for name, times in Counter(concept.concept_id for concept in ordered).items() if times > 1]:
        raise Invalid(f"concepts: {_quoted(twice)} twice; each concept is told once")
    if len(ordered) > MAX_CONCEPTS:
        raise Invalid(f"concepts: {len(ordered)} concepts; at most {MAX_CONCEPTS} in one workspace")
    _check_known(ordered)
    try:
        TopologicalSorter({concept.concept_id: concept.prerequisites for concept in ordered}).prepare()
    except CycleError as error:
        raise Invalid(f"prerequisites: {_way(error.args[1][::-1])}: a concept must not lead back to itself") from None
    return tuple(ordered)


def _check_known(concepts: Sequence[Concept]) -> None:
    known = {concept.concept_id for concept in concepts}
    for concept in concepts:
        if unknown := [name for name in concept.prerequisites if name not in known]:
            name = concept.concept_id
            raise Invalid(f"prerequisites: '{name}' needs {_quoted(unknown)}, and there is no such concept")


def _way(names: Sequence[str]) -> str:
    """A chain of concepts, each needing the next; a long one without its middle."""
    quoted = [f"'{name}'" for name in names]
    return " needs ".join(quoted if len(quoted) <= SHOWN else [*quoted[: SHOWN - 1], "...", quoted[-1]])


def _quoted(names: Sequence[str]) -> str:
    return ", ".join(f"'{name}'" for name in names[:SHOWN]) + (", ..." if len(names) > SHOWN else "")
