"""Concepts form a graph in which every prerequisite exists and none leads back to itself, whatever is asked."""

import random
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from belvedere.boards.learning.directory import register_concepts
from belvedere.boards.learning.directory.concepts import Concept, Graph, list_concepts, packed, read_graph
from belvedere.boards.learning.directory.graph import checked, find_concept, page_of_concepts
from belvedere.boards.learning.directory.register_concepts import (
    create_concept,
    delete_concept,
    load_graph,
    replace_concept,
)
from belvedere.boards.learning.directory.requests import ConceptBody, GraphBody, NewConceptBody
from belvedere.errors import Conflict, DatabaseUnavailable, Invalid, NotFound
from belvedere.storage.tables import Tables


def new(concept_id: str, *prerequisites: str, **more: str) -> NewConceptBody:
    return NewConceptBody(concept_id=concept_id, name=concept_id, prerequisites=list(prerequisites), **more)


def load(mine: Tables, *concepts: NewConceptBody, revision: int | None = None) -> Graph:
    return load_graph(mine, GraphBody(concepts=list(concepts), revision=revision))


@pytest.fixture
def chain(mine: Tables) -> Graph:
    """velocity <- force <- energy."""
    return load(mine, new("velocity"), new("force", "velocity"), new("energy", "force", "velocity"))


def test_a_new_concept_is_found(mine: Tables) -> None:
    create_concept(mine, new("velocity", difficulty="beginner"))
    assert list_concepts("acme") == (Concept("velocity", "velocity", "beginner", ()),)
    assert list_concepts("other") == ()


def test_concepts_are_listed_by_id(mine: Tables, chain: Graph) -> None:
    assert [one.concept_id for one in list_concepts("acme")] == ["energy", "force", "velocity"]
    first, after = page_of_concepts(chain, 2, None)
    second, end = page_of_concepts(chain, 2, after)
    assert [one.concept_id for one in (*first, *second)] == ["energy", "force", "velocity"]
    assert end is None


def test_there_are_no_two_concepts_of_one_id(mine: Tables, chain: Graph) -> None:
    with pytest.raises(Conflict, match="concept_id: there is a concept 'force' already"):
        create_concept(mine, new("force"))
    with pytest.raises(Invalid, match="concepts: 'a' twice"):
        load(mine, new("a"), new("b"), new("a"))


@pytest.mark.parametrize("act", ["create", "replace", "load"])
def test_an_unknown_prerequisite_is_refused_by_name(mine: Tables, chain: Graph, act: str) -> None:
    with pytest.raises(Invalid, match="needs 'mass', and there is no such concept"):
        {
            "create": lambda: create_concept(mine, new("work", "force", "mass")),
            "replace": lambda: replace_concept(mine, "force", ConceptBody(name="n", prerequisites=["mass"])),
            "load": lambda: load(mine, new("force", "mass")),
        }[act]()
    assert list_concepts("acme") == chain.concepts


def test_a_prerequisite_that_leads_back_is_refused_and_the_way_is_named(mine: Tables, chain: Graph) -> None:
    with pytest.raises(Invalid) as refused:
        replace_concept(mine, "velocity", ConceptBody(name="n", prerequisites=["force"]))
    assert refused.value.detail in {
        "prerequisites: 'force' needs 'velocity' needs 'force': a concept must not lead back to itself",
        "prerequisites: 'velocity' needs 'force' needs 'velocity': a concept must not lead back to itself",
    }
    with pytest.raises(Invalid, match="'a' needs 'a'"):
        load(mine, new("a", "a"))
    assert list_concepts("acme") == chain.concepts


def test_a_long_way_back_is_told_without_its_middle(mine: Tables) -> None:
    with pytest.raises(Invalid) as refused:
        load(mine, *(new(f"c{n}", f"c{(n + 1) % 1000}") for n in range(1000)))
    assert len(refused.value.detail) < 200
    assert refused.value.detail.count(" needs ") == 10


@given(st.integers(2, 12), st.randoms(use_true_random=False))
def test_a_graph_is_taken_exactly_when_its_concepts_can_be_learnt_one_after_the_other(
    size: int, rng: random.Random
) -> None:
    names = [f"c{n}" for n in range(size)]
    concepts = [Concept(name, name, None, tuple(rng.sample(names, rng.randint(0, 2)))) for name in names]
    learnt: set[str] = set()
    while more := {one.concept_id for one in concepts if learnt.issuperset(one.prerequisites)} - learnt:
        learnt |= more
    if len(learnt) == size:
        assert checked(concepts) == tuple(sorted(concepts, key=lambda one: one.concept_id))
    else:
        with pytest.raises(Invalid, match="lead back"):
            checked(concepts)


def test_a_replaced_concept_has_each_prerequisite_once(mine: Tables, chain: Graph) -> None:
    body = ConceptBody(name="Energy", difficulty="advanced", prerequisites=["force", "force"])
    assert replace_concept(mine, "energy", body) == Concept("energy", "Energy", "advanced", ("force",))
    assert find_concept(read_graph(mine.directory), "energy").name == "Energy"


def test_a_deleted_concept_leaves_nothing_behind(mine: Tables, chain: Graph) -> None:
    delete_concept(mine, "velocity")
    assert list_concepts("acme") == (
        Concept("energy", "energy", None, ("force",)),
        Concept("force", "force", None, ()),
    )


@pytest.mark.parametrize("act", ["find", "replace", "delete"])
def test_a_concept_that_there_is_not_is_named(mine: Tables, chain: Graph, act: str) -> None:
    with pytest.raises(NotFound, match="there is no concept 'mass'"):
        {
            "find": lambda: find_concept(chain, "mass"),
            "replace": lambda: replace_concept(mine, "mass", ConceptBody(name="n")),
            "delete": lambda: delete_concept(mine, "mass"),
        }[act]()


def test_loading_replaces_all_there_was(mine: Tables, chain: Graph) -> None:
    assert load(mine, new("charge"), revision=chain.revision).revision == chain.revision + 1
    assert [one.concept_id for one in list_concepts("acme")] == ["charge"]
    assert load(mine).concepts == list_concepts("acme") == ()


def test_only_the_revision_that_was_read_is_replaced(mine: Tables, chain: Graph) -> None:
    create_concept(mine, new("mass"))
    with pytest.raises(Conflict, match="revision: the concepts have revision 2 by now, not 1"):
        load(mine, new("charge"), revision=chain.revision)
    assert len(list_concepts("acme")) == 4


def test_two_changes_at_once_are_both_there_afterwards(
    mine: Tables, chain: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    def overtaken(table: object) -> Graph:
        monkeypatch.setattr(register_concepts, "read_graph", read_graph)
        create_concept(mine, new("mass"))
        return chain  # what was read before somebody else made `mass`

    monkeypatch.setattr(register_concepts, "read_graph", overtaken)
    create_concept(mine, new("charge"))
    assert {"mass", "charge"} <= {one.concept_id for one in list_concepts("acme")}


def test_two_changes_at_once_cannot_make_a_circle(mine: Tables, chain: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    load(mine, new("a"), new("b"))
    old = read_graph(mine.directory)

    def overtaken(table: object) -> Graph:
        monkeypatch.setattr(register_concepts, "read_graph", read_graph)
        replace_concept(mine, "a", ConceptBody(name="a", prerequisites=["b"]))
        return old

    monkeypatch.setattr(register_concepts, "read_graph", overtaken)
    with pytest.raises(Invalid, match="lead back"):
        replace_concept(mine, "b", ConceptBody(name="b", prerequisites=["a"]))


def test_who_is_always_overtaken_is_told_to_come_again(mine: Tables, chain: Graph) -> None:
    waited: list[float] = []

    def rival(graph: Graph) -> tuple[Concept, ...]:
        load(mine, *[new(f"c{graph.revision}")])
        return graph.concepts

    with pytest.raises(DatabaseUnavailable, match="send the same request again"):
        register_concepts.change(mine, rival, sleep=waited.append)
    assert len(waited) == register_concepts.ATTEMPTS


def test_a_graph_too_large_for_one_item_is_refused(mine: Tables, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(register_concepts, "MAX_BYTES", 50)
    with pytest.raises(Invalid, match=r"concepts: \d+ bytes when packed; at most 50"):
        load(mine, *(new(f"concept-{n * 7919}") for n in range(40)))


def test_a_course_of_133_concepts_is_read_for_one_unit() -> None:
    rng = random.Random(7)
    concepts = tuple(
        Concept(f"concept_{n}_{rng.randrange(10**9)}", f"Concept {rng.randrange(10**9)}", "beginner",
                tuple(f"concept_{rng.randrange(n)}" for _ in range(min(n, 2))))
        for n in range(133)
    )  # fmt: skip
    assert len(packed(concepts)) < 8_192


def test_a_change_makes_kept_answers_void(mine: Tables, chain: Graph, revision: Callable[[], int]) -> None:
    before = revision()
    delete_concept(mine, "energy")
    assert revision() > before
