"""/v1/directory/concepts: the concepts and what each builds on; one at a time, or the whole graph at once."""

from typing import Annotated

from belvedere.boards.learning.directory import graph, register_concepts
from belvedere.boards.learning.directory.concepts import read_graph
from belvedere.boards.learning.directory.requests import ConceptBody, GraphBody, NewConceptBody
from belvedere.directory.names import Id
from belvedere.directory.paging import Limit
from belvedere.endpoints.directory import CONCEPTS
from belvedere.http import Body, CallerDep, Endpoint, Path, Query, Response
from belvedere.storage.tables import tables
from belvedere.storage.threads import in_thread

ALL = "/v1/directory/concepts"
ONE = f"{ALL}/{{concept_id}}"
ConceptId = Annotated[Id, Path()]

endpoint = Endpoint.of(CONCEPTS)


@endpoint.get(ALL)
async def listed(
    caller: CallerDep,
    limit: Annotated[Limit, Query()] = 100,
    cursor: Annotated[Id | None, Query()] = None,
) -> Response:
    """The concepts, by id, and the revision of them all; give `cursor` back to go on."""
    known = await in_thread(lambda: read_graph(tables(caller.workspace).directory))
    concepts, after = graph.page_of_concepts(known, limit, cursor)
    return endpoint.answer({"concepts": concepts, "revision": known.revision, "cursor": after})


@endpoint.post(status_code=201)
async def created(caller: CallerDep, body: Annotated[NewConceptBody, Body()]) -> Response:
    """A new concept; its id is what events name as `concept`."""
    made = await in_thread(lambda: register_concepts.create_concept(tables(caller.workspace), body))
    return endpoint.created(made, ALL, body.concept_id)


@endpoint.put(ALL)
async def loaded(caller: CallerDep, body: Annotated[GraphBody, Body()]) -> Response:
    """All concepts at once, in the place of those there are."""
    now = await in_thread(lambda: register_concepts.load_graph(tables(caller.workspace), body))
    return endpoint.answer({"concepts": len(now.concepts), "revision": now.revision})


@endpoint.get(ONE)
async def read(caller: CallerDep, concept_id: ConceptId) -> Response:
    """A concept."""
    known = await in_thread(lambda: read_graph(tables(caller.workspace).directory))
    return endpoint.answer(graph.find_concept(known, concept_id))


@endpoint.put(ONE)
async def replaced(caller: CallerDep, concept_id: ConceptId, body: Annotated[ConceptBody, Body()]) -> Response:
    """Another name, difficulty and prerequisites."""
    made = await in_thread(lambda: register_concepts.replace_concept(tables(caller.workspace), concept_id, body))
    return endpoint.answer(made)


@endpoint.delete(status_code=204)
async def deleted(caller: CallerDep, concept_id: ConceptId) -> Response:
    """The concept, and its name among the prerequisites of others; events that name it stay."""
    await in_thread(lambda: register_concepts.delete_concept(tables(caller.workspace), concept_id))
    return endpoint.nothing()


handler = endpoint.handler
