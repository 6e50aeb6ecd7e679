"""Changes the concepts: each change is tried on the whole graph, checked, and stored if nobody was faster."""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from graphlib import CycleError, TopologicalSorter

from belvedere.clock import Clock, now_ms
from belvedere.directory.concepts import Concept, Graph, packed, read_graph
from belvedere.directory.requests import MAX_CONCEPTS, ConceptBody, GraphBody, NewConceptBody
from belvedere.directory.writing import IS_NEW, changing
from belvedere.errors import Conflict, DatabaseUnavailable, Invalid, NotFound
from belvedere.storage.attributes import Item, encode, encode_item
from belvedere.storage.backoff import pause_s
from belvedere.storage.keys.directory import concepts_key
from belvedere.storage.tables import Tables

ATTEMPTS = 6
FIRST_PAUSE_S = 0.02
MAX_BYTES = 350_000  # an item ends at 400 KB
SHOWN = 10
Change = Callable[[Graph], Iterable[Concept]]


def create_concept(mine: Tables, body: NewConceptBody, clock: Clock = now_ms) -> Concept:
    """A new concept. Raises Conflict when there is one of that id, Invalid when the graph would be wrong."""
    made = concept_of(body.concept_id, body)

    def added(graph: Graph) -> list[Concept]:
        if any(one.concept_id == made.concept_id for one in graph.concepts):
            raise Conflict(f"concept_id: there is a concept '{made.concept_id}' already")
        return [*graph.concepts, made]

    change(mine, added, clock)
    return made


def replace_concept(mine: Tables, concept_id: str, body: ConceptBody, clock: Clock = now_ms) -> Concept:
    """A concept with other properties. Raises NotFound, and Invalid when the graph would be wrong."""
    made = concept_of(concept_id, body)

    def replaced(graph: Graph) -> list[Concept]:
        find_concept(graph, concept_id)
        return [made if one.concept_id == concept_id else one for one in graph.concepts]

    change(mine, replaced, clock)
    return made


def delete_concept(mine: Tables, concept_id: str, clock: Clock = now_ms) -> None:
    """A concept, and its name among the prerequisites of others. Raises NotFound."""

    def rest(graph: Graph) -> list[Concept]:
        find_concept(graph, concept_id)
        return [_without(one, concept_id) for one in graph.concepts if one.concept_id != concept_id]

    change(mine, rest, clock)


def load_graph(mine: Tables, body: GraphBody, clock: Clock = now_ms) -> Graph:
    """All concepts at once, in the place of those there are. Raises Invalid and Conflict."""

    def loaded(graph: Graph) -> list[Concept]:
        if body.revision not in (None, graph.revision):
            raise Conflict(f"revision: the concepts have revision {graph.revision} by now, not {body.revision}")
        return [concept_of(one.concept_id, one) for one in body.concepts]

    return change(mine, loaded, clock)


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


def change(mine: Tables, how: Change, clock: Clock = now_ms, sleep: Callable[[float], None] = time.sleep) -> Graph:
    """Apply a change to what is stored; again from the start when somebody else was faster. Raises what it raises."""
    with changing(mine, clock):
        for attempt in range(ATTEMPTS):
            before = read_graph(mine.directory)
            after = Graph(checked(how(before)), before.revision + 1)
            if _stored(mine, before, after):
                return after
            sleep(pause_s(FIRST_PAUSE_S, attempt))
    raise DatabaseUnavailable("somebody else changes the concepts just now; send the same request again")


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


def concept_of(concept_id: str, body: ConceptBody) -> Concept:
    """What a body describes, each prerequisite once."""
    return Concept(concept_id, body.name, body.difficulty, tuple(dict.fromkeys(body.prerequisites)))


def _check_known(concepts: Sequence[Concept]) -> None:
    known = {one.concept_id for one in concepts}
    for one in concepts:
        if unknown := [name for name in one.prerequisites if name not in known]:
            raise Invalid(f"prerequisites: '{one.concept_id}' needs {_quoted(unknown)}, and there is no such concept")


def _stored(mine: Tables, before: Graph, after: Graph) -> bool:
    table, key, body = mine.directory, concepts_key(mine.directory.workspace), packed(after.concepts)
    if len(body) > MAX_BYTES:
        raise Invalid(f"concepts: {len(body)} bytes when packed; at most {MAX_BYTES} in one workspace")
    item: Item = {"pk": table.own(key.pk), "sk": key.sk, "body": body, "revision": after.revision}
    same = {"ConditionExpression": "revision = :before",
            "ExpressionAttributeValues": {":before": encode(before.revision)}}  # fmt: skip
    return table.attempt("put_item", Item=encode_item(item), **(same if before.revision else IS_NEW))


def _without(concept: Concept, prerequisite: str) -> Concept:
    return replace(concept, prerequisites=tuple(one for one in concept.prerequisites if one != prerequisite))


def _way(names: Sequence[str]) -> str:
    """A chain of concepts, each needing the next; a long one without its middle."""
    told = [f"'{name}'" for name in names]
    return " needs ".join(told if len(told) <= SHOWN else [*told[: SHOWN - 1], "...", told[-1]])


def _quoted(names: Sequence[str]) -> str:
    return ", ".join(f"'{name}'" for name in names[:SHOWN]) + (", ..." if len(names) > SHOWN else "")
