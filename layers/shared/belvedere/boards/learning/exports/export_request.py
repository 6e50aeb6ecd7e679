"""POST /dashboard/export as it may come: by query, as the contract documents it, or as a body, as its client sends it.

The body may be the filters themselves or hold them under `filters`, and its range may stand in `time_range`. Whatever
is said twice has to be the same.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from pydantic import Field

from belvedere.bodies import Body
from belvedere.errors import Invalid
from belvedere.lists import values

Format = Literal["csv", "json", "excel"]
Data = Literal["interactions", "analytics", "summary", "students"]
Granularity = Literal["1h", "6h", "1d", "1w", "1mo"]
FORMATS: tuple[Format, ...] = ("csv", "json", "excel")
DATA: tuple[Data, ...] = ("interactions", "analytics", "summary", "students")
MOST_ROWS = 10_000
LISTS = ("user_ids", "agent_types", "concepts", "difficulty_levels")
FILTERS = (*LISTS, "success_only", "min_interactions", "min_response_time", "max_response_time")
HONOURED: dict[Data, tuple[str, ...]] = {
    "interactions": (*LISTS, "success_only", "min_response_time", "max_response_time"),
    "analytics": ("user_ids", "agent_types", "concepts", "success_only"),
    "summary": ("user_ids", "agent_types"),
    "students": ("user_ids", "min_interactions"),
}
Values = list[str] | None


class RangeFields(Body):
    """Both dates, else a preset, else seven days."""

    preset: str | None = None
    start_date: str | None = None
    end_date: str | None = None


class FilterFields(Body):
    """Which interactions count; times in milliseconds, both ends included."""

    user_ids: Values = None
    agent_types: Values = None
    concepts: Values = None
    difficulty_levels: Values = None
    success_only: bool | None = None
    min_interactions: int | None = Field(None, ge=0)
    min_response_time: float | None = Field(None, ge=0, le=1e12)
    max_response_time: float | None = Field(None, ge=0, le=1e12)


class ExportQuery(RangeFields):
    """What the query may say."""

    export_format: Format | None = None
    data_type: Data | None = None
    limit: int | None = Field(None, ge=1, le=MOST_ROWS)


class ExportBody(ExportQuery, FilterFields):
    """What the body may say: that and more, its range and its filters each in an object of their own or not."""

    granularity: Granularity | None = None
    include_headers: bool | None = None
    time_range: RangeFields | None = None
    filters: FilterFields | None = None


@dataclass(frozen=True)
class ExportRequest:
    """A settled request; `limit` None stands for "all of them, or say that there are too many"."""

    format: Format
    data: Data
    range: RangeFields
    filters: Mapping[str, Any]
    granularity: Granularity | None
    headers: bool
    limit: int | None

    def list(self, name: str) -> tuple[str, ...]:
        """The values of a list filter; none lets everything through."""
        return tuple(self.filters.get(name, ()))

    def about(self, users: tuple[str, ...]) -> "ExportRequest":
        """The same about these people only; none of them is everybody."""
        rest = {name: value for name, value in self.filters.items() if name != "user_ids"}
        return replace(self, filters=rest | ({"user_ids": users} if users else {}))


def parse_export_request(query: ExportQuery, body: ExportBody | None) -> ExportRequest:
    """The request, said once. Raises Invalid naming what is missing, contradicts itself or cannot be honoured."""
    said = merge_fields(_places(query, body))
    for field, allowed in (("export_format", FORMATS), ("data_type", DATA)):
        if field not in said:
            raise Invalid(f"{field}: is required; one of {', '.join(allowed)}")
    data: Data = said["data_type"]
    filters = {name: said[name] for name in FILTERS if said.get(name) not in (None, (), False)}
    for name in filters:
        if name not in HONOURED[data]:
            able = [kind for kind, names in HONOURED.items() if name in names]
            raise Invalid(f"filters.{name}: cannot be applied to {data}; it can to {', '.join(able)}")
    if "granularity" in said and data != "analytics":
        raise Invalid(f"granularity: is for analytics; {data} has no buckets")
    if "limit" in said and data != "interactions":
        raise Invalid(f"limit: is for interactions; {data} is whole")
    least, most = filters.get("min_response_time", 0), filters.get("max_response_time", float("inf"))
    if least > most:
        raise Invalid("filters.min_response_time: must not be above filters.max_response_time")
    range_fields = RangeFields(**{name: said.get(name) for name in RangeFields.model_fields})
    return ExportRequest(
        said["export_format"], data, range_fields, filters, said.get("granularity"), said.get("include_headers", True),
        said.get("limit"),
    )  # fmt: skip


def _places(query: ExportQuery, body: ExportBody | None) -> Iterable[tuple[str, Mapping[str, Any]]]:
    yield "the query", query.model_dump()
    if body is not None:
        yield "the body", body.model_dump(exclude={"time_range", "filters"})
        yield "time_range", body.time_range.model_dump() if body.time_range else {}
        yield "filters", body.filters.model_dump() if body.filters else {}


def merge_fields(places: Iterable[tuple[str, Mapping[str, Any]]]) -> dict[str, Any]:
    """Every field that was said, by name. Raises Invalid for one that was said in two ways."""
    merged: dict[str, tuple[str, Any]] = {}
    for place, fields in places:
        for name, given in fields.items():
            if given is None:
                continue
            value = values(given, name) if name in LISTS else given
            where, before = merged.setdefault(name, (place, value))
            same = set(before) == set(value) if name in LISTS else before == value
            if not same:
                raise Invalid(f"{name}: {where} and {place} contradict each other; say it once")
    return {name: value for name, (_, value) in merged.items()}
