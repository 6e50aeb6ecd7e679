"""The body of POST /dashboard/comparative: who is compared with whom, in which numbers, over which range."""

from typing import Annotated, Literal, get_args

from pydantic import Field

from belvedere.boards.learning.requests import FilterBody, TimeRangeBody
from belvedere.bodies import Body
from belvedere.errors import Invalid

Kind = Literal["students", "agents", "concepts", "classes", "cohorts", "time_periods"]
EffectName = Literal["cohens_d", "difference_of_proportions"]
METRICS = ("success_rate", "interaction_count", "avg_response_time")  # the documented ones, and the default
ALSO = ("successful_interactions", "unique_users", "total_response_time", "response_time_count")
MOST_ENTITIES = 50
Entity = Annotated[str, Field(min_length=1, max_length=200)]


class ComparativeBody(Body):
    """POST /dashboard/comparative. The `time_range`, which the contract always has, is not that of `time_periods`; the
    answer then says null."""

    comparison_type: Kind
    primary_entities: list[Entity] = Field(min_length=1, max_length=MOST_ENTITIES)
    comparison_entities: list[Entity] = Field(default_factory=list, max_length=MOST_ENTITIES)
    metrics: list[str] = Field(default_factory=lambda: list(METRICS), min_length=1, max_length=20)
    time_range: TimeRangeBody = Field(default_factory=lambda: TimeRangeBody.model_validate({}))
    filters: FilterBody | None = Field(None, description="who and what counts; user_ids and agent_types")
    effect_size: EffectName | bool = False
    force_refresh: bool = False

    @property
    def entities(self) -> list[str]:
        """Everybody who is compared, once."""
        return list(dict.fromkeys([*self.primary_entities, *self.comparison_entities]))

    @property
    def by_class(self) -> bool:
        """Are classes compared, by whichever name?"""
        return self.comparison_type in ("classes", "cohorts")

    @property
    def effects(self) -> tuple[str, ...]:
        """The effects that are asked for: one, both (true), or none."""
        if isinstance(self.effect_size, bool):
            return get_args(EffectName) if self.effect_size else ()
        return (self.effect_size,)


def validate_comparison(body: ComparativeBody) -> ComparativeBody:
    """The body, if its fields go together. Raises Invalid naming one that does not."""
    for name in body.metrics:
        if name not in (*METRICS, *ALSO):
            raise Invalid(f"metrics: {name!r} is not one of {', '.join((*METRICS, *ALSO))}")
    filters = body.filters or FilterBody.model_validate({})
    filters.to_filter()
    if filters.success_only or filters.min_interactions or filters.difficulty_levels or filters.concepts:
        raise Invalid("filters: a comparison takes user_ids and agent_types only")
    if body.filters and (filters.user_ids or filters.agent_types):
        if body.by_class or body.comparison_type == "concepts":
            raise Invalid(f"filters: nothing is kept for {body.comparison_type} by user or agent; leave them out")
        if body.comparison_type == "students" and filters.user_ids:
            raise Invalid("filters.user_ids: name the students in primary_entities and comparison_entities")
        if body.comparison_type == "agents" and filters.agent_types:
            raise Invalid("filters.agent_types: name the agents in primary_entities and comparison_entities")
    return body
