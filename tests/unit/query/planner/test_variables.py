"""The values of a dashboard's variables mean the same however the dashboard writes them."""

import pytest

from belvedere.errors import Invalid
from belvedere.query.planner.variables import MAX_VALUES, conditions, listed


@pytest.mark.parametrize("texts", [["a,b"], ["{a,b}"], ["a", "b"], ["{a,b}", "a"], [" a , b "], ["{a, b}"]])
def test_several_values_are_the_same_list_however_they_are_joined(texts: list[str]) -> None:
    assert listed(texts, "metrics") == ("a", "b")


@pytest.mark.parametrize("texts", [["agent_type:a,b"], ["agent_type:{a,b}"], ["agent_type:a", "agent_type:b"],
                                   ["agent_type:a,agent_type:b"]])  # fmt: skip
def test_several_values_of_a_dimension_are_joined_by_or(texts: list[str]) -> None:
    assert conditions(texts) == {"agent_type": ("a", "b")}


def test_dimensions_are_told_apart() -> None:
    assert conditions(["agent_type:{a,b},concept:forces"]) == {"agent_type": ("a", "b"), "concept": ("forces",)}


@pytest.mark.parametrize("chosen", ["$__all", "{$__all}", "a,$__all"])
def test_all_is_no_condition(chosen: str) -> None:
    assert conditions([f"agent_type:{chosen}"]) == {}
    assert listed([chosen], "tags") == ()


def test_a_value_may_have_colons_and_braces_of_its_own() -> None:
    assert conditions(["model:{x:y,z}"]) == {"model": ("x:y", "z")}
    assert conditions(["model:a{1"]) == {"model": ("a{1",)}


@pytest.mark.parametrize("text", ["a", "a,b", "agent_type:", "agent_type:{}", ":a"])
def test_a_value_of_no_dimension_and_a_dimension_of_no_value_are_refused(text: str) -> None:
    with pytest.raises(Invalid, match="where"):
        conditions([text])


def test_there_is_an_end_to_values() -> None:
    many = ",".join(map(str, range(MAX_VALUES + 1)))
    with pytest.raises(Invalid, match="metrics: 101 values"):
        listed([many], "metrics")
    with pytest.raises(Invalid, match="where: 101 values"):
        conditions([f"agent_type:{{{many}}}"])
