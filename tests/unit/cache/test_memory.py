"""The layer in the process keeps what was used last, and no more than fits."""

from hypothesis import given
from hypothesis import strategies as st

from belvedere.cache.entry import CacheEntry
from belvedere.cache.memory import Memory
from belvedere.cache.serve import cache_of
from belvedere.settings import load


def entry(size: int = 0, tags: tuple[str, ...] = ()) -> CacheEntry:
    return CacheEntry(b"x" * size, b"", b"", 0, 1, 2, "v", True, tags)


def name(text: str) -> tuple[str, str]:
    return "demo", text


def test_the_one_not_used_longest_goes_first() -> None:
    memory = Memory(most=2)
    memory.put(name("a"), entry())
    memory.put(name("b"), entry())
    memory.get(name("a"))
    memory.put(name("c"), entry())
    assert [bool(memory.get(name(text))) for text in "abc"] == [True, False, True]


def test_a_process_keeps_as_many_as_its_setting_says() -> None:
    tables = {f"{table}_TABLE": table for table in ("EVENTS", "ROLLUPS", "CACHE", "STATE", "DIRECTORY")}
    memory = cache_of(load(tables | {"BELVEDERE_ENVIRONMENT": "development", "CACHE_MAX_SIZE": "3"})).memory
    for text in "abcde":
        memory.put(name(text), entry())
    assert len(memory) == 3


def test_big_answers_push_out_as_many_as_they_need() -> None:
    memory = Memory(most_bytes=10_000)
    for text in "abcd":
        memory.put(name(text), entry(1_500))
    memory.put(name("big"), entry(5_000))
    assert [bool(memory.get(name(text))) for text in ("a", "b", "c", "d", "big")] == [False, False, True, True, True]


def test_an_answer_too_big_for_all_of_it_is_not_kept_and_pushes_nothing_out() -> None:
    memory = Memory(most_bytes=2_000)
    memory.put(name("a"), entry())
    memory.put(name("big"), entry(2_000))
    assert memory.get(name("a"))
    assert memory.get(name("big")) is None


def test_a_glob_drops_by_name_and_tag_in_its_workspace_only() -> None:
    memory = Memory()
    memory.put(name("x:1"), entry())
    memory.put(name("y:1"), entry(tags=("x:tag",)))
    memory.put(name("y:2"), entry())
    memory.put(("other", "x:1"), entry())
    assert memory.drop_matching("demo", "x:*") == 2
    assert memory.get(("other", "x:1"))
    assert memory.get(name("y:2"))
    assert len(memory) == 2


@given(st.lists(st.tuples(st.sampled_from("abcdef"), st.integers(0, 2_000), st.booleans()), max_size=60))
def test_it_always_knows_its_size_and_never_exceeds_it(steps: list[tuple[str, int, bool]]) -> None:
    memory, held = Memory(most=4, most_bytes=5_000), {}
    for text, size, keep in steps:
        if keep:
            memory.put(name(text), entry(size))
            held[text] = entry(size)
        else:
            memory.drop(name(text))
    left = {text: kept for text in "abcdef" if (kept := memory.get(name(text)))}
    assert memory.bytes == sum(kept.size for kept in left.values()) <= 5_000
    assert len(memory) == len(left) <= 4
    assert left == {text: held[text] for text in left}
