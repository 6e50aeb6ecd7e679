"""Changes the concepts: each change is tried on the whole graph, checked, and stored if nobody was faster."""

import time
from collections.abc import Callable, Iterable
from dataclasses import replace

from belvedere.boards.learning.directory.concepts import Concept, Graph, packed, read_graph
from belvedere.boards.learning.directory.graph import checked, concept_of, find_concept
from belvedere.boards.learning.directory.keys import concepts_key
from belvedere.boards.learning.directory.requests import ConceptBody, GraphBody, NewConceptBody
from belvedere.clock import Clock, now_ms
from belvedere.directory.writing import IS_NEW, changing, encoded
from belvedere.errors import Conflict, DatabaseUnavailable, Invalid
from belvedere.storage.attributes import Item, encode
from belvedere.storage.backoff import pause_s
from belvedere.storage.tables import Tables

ATTEMPTS = 6
FIRST_PAUSE_S = 0.02
MAX_BYTES = 350_000  # an item ends at 400 KB
Change = Callable[[Graph], Iterable[Concept]]


def create_concept(tables: Tables, body: NewConceptBody, clock: Clock = now_ms) -> Concept:
    """A new concept. Raises Conflict when there is one of that id, Invalid when the graph would be wrong."""
    made = concept_of(body.concept_id, body)

    def added(graph: Graph) -> list[Concept]:
        if any(concept.concept_id == made.concept_id for concept in graph.concepts):
            raise Conflict(f"concept_id: there is a concept '{made.concept_id}' already")
        return [*graph.concepts, made]

    change(tables, added, clock)
    return made


def replace_concept(tables: Tables, concept_id: str, body: ConceptBody, clock: Clock = now_ms) -> Concept:
    """A concept with other properties. Raises NotFound, and Invalid when the graph would be wrong."""
    made = concept_of(concept_id, body)

    def replaced(graph: Graph) -> list[Concept]:
        find_concept(graph, concept_id)
        return [made if concept.concept_id == concept_id else concept for concept in graph.concepts]

    change(tables, replaced, clock)
    return made


def delete_concept(tables: Tables, concept_id: str, clock: Clock = now_ms) -> None:
    """A concept, and its name among the prerequisites of others. Raises NotFound."""

    def rest(graph: Graph) -> list[Concept]:
        find_concept(graph, concept_id)
        return [_without(concept, concept_id) for concept in graph.concepts if concept.concept_id != concept_id]

    change(tables, rest, clock)


def load_graph(tables: Tables, body: GraphBody, clock: Clock = now_ms) -> Graph:
    """All concepts at once, in the place of those there are. Raises Invalid and Conflict."""

    def loaded(graph: Graph) -> list[Concept]:
        if body.revision not in (None, graph.revision):
            raise Conflict(f"revision: the concepts have revision {graph.revision} by now, not {body.revision}")
        return [concept_of(concept.concept_id, concept) for concept in body.concepts]

    return change(tables, loaded, clock)


def change(tables: Tables, how: Change, clock: Clock = now_ms, sleep: Callable[[float], None] = time.sleep) -> Graph:
    """Apply a change to what is stored; again from the start when somebody else was faster. Raises what it raises."""
    with changing(tables, clock):
        for attempt in range(ATTEMPTS):
            before = read_graph(tables.directory)
            after = Graph(checked(how(before)), before.revision + 1)
            if _stored(tables, before, after):
                return after
            sleep(pause_s(FIRST_PAUSE_S, attempt))
    raise DatabaseUnavailable("somebody else changes the concepts just now; send the same request again")


def _stored(tables: Tables, before: Graph, after: Graph) -> bool:
    table, key, body = tables.directory, concepts_key(tables.directory.workspace), packed(after.concepts)
    if len(body) > MAX_BYTES:
        raise Invalid(f"concepts: {len(body)} bytes when packed; at most {MAX_BYTES} in one workspace")
    item: Item = {"pk": table.own(key.pk), "sk": key.sk, "body": body, "revision": after.revision}
    same = {"ConditionExpression": "revision = :before",
            "ExpressionAttributeValues": {":before": encode(before.revision)}}  # fmt: skip
    return table.attempt("put_item", Item=encoded(table, item), **(same if before.revision else IS_NEW))


def _without(concept: Concept, prerequisite: str) -> Concept:
    return replace(concept, prerequisites=tuple(each for each in concept.prerequisites if each != prerequisite))
