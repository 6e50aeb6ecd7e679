"""Which exports may hold rows of a person, as their requests tell."""

from typing import Any

import pytest

from belvedere.clock import DAY_MS
from belvedere.export.jobs.erasure import holds
from belvedere.export.jobs.job import ExportJob, Owner
from tests.unit.export.jobs.jobs import KEY, REQUEST, job

FIRST_DAY = {"start": 0, "end": DAY_MS}
LONG_AFTER = {"learning.interaction": [100 * DAY_MS]}
ADA = Owner(key_id="key_1", scope="read", user="ada", role="student")


def export(name: str, owner: Owner = KEY, **selected: Any) -> ExportJob:
    """A job of one data type over the first day."""
    return job(owner=owner, request={**REQUEST, "data": [{"name": name, "selection": FIRST_DAY | selected}]})


def by_query(**query: Any) -> ExportJob:
    return export("query", query={"board": "learning", "metrics": ["interaction_count"], **query})


def test_events_are_held_of_days_on_which_the_user_has_some() -> None:
    events = export("learning.interaction")
    assert holds(events, "ada", {"learning.interaction": [0]})
    assert not holds(events, "ada", LONG_AFTER)
    assert not holds(events, "ada", {"learning.hint": [0]})


def test_events_of_other_persons_alone_are_not_held() -> None:
    assert not holds(export("learning.interaction", users=["bob"]), "ada", {"learning.interaction": [0]})


def test_an_answer_for_a_person_is_held_for_that_person_only() -> None:
    summary = export("learning.summary", ADA)
    assert holds(summary, "ada", LONG_AFTER)
    assert not holds(summary, "bob", {"learning.interaction": [0]})


@pytest.mark.parametrize(
    "about_ada",
    [
        by_query(filters={"dimension": "user", "in": ["ada"]}),
        by_query(filters={"and": [{"dimension": "user", "in": ["bob", "ada"]}]}),
        export("learning.timeseries", filters={"filters": {"user_ids": ["ada"]}}),
        export("productivity.metrics", filters={"developers": "bob, ada"}),
        export("productivity.metrics", filters={"where": "user:{bob,ada}"}),
        export("productivity.metrics", filters={"where": "user:ada"}),
    ],
    ids=["query", "nested", "route", "list", "variable", "condition"],
)
def test_an_answer_that_is_filtered_to_a_person_is_held_for_that_person(about_ada: ExportJob) -> None:
    assert holds(about_ada, "ada", {})
    assert not holds(about_ada, "ad", {})


@pytest.mark.parametrize("name", ["productivity.profile", "productivity.badges"])
def test_answers_by_person_are_held_whatever_their_range(name: str) -> None:
    assert holds(export(name), "ada", LONG_AFTER)


def test_an_answer_by_person_that_compares_with_the_period_before_is_held() -> None:
    assert holds(by_query(group_by=["user"], compare="previous"), "ada", {"learning.interaction": [-DAY_MS]})


def test_an_answer_about_everybody_is_not_held() -> None:
    assert not holds(by_query(group_by=["agent_type"]), "ada", {"learning.interaction": [0]})
