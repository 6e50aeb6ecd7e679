"""What an export is to hold and how it is written: a request, settled against the data types and formats there are."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from belvedere.auth.caller import Caller
from belvedere.errors import BadRequest, Invalid
from belvedere.export.jobs.body import ExportJobBody
from belvedere.export.jobs.date_range import resolve_range
from belvedere.export.sources.data_type import Selection
from belvedere.export.sources.registry import data_type, data_types
from belvedere.export.writers.formats import FORMATS, check_options, format_of
from belvedere.export.writers.writer import WriterOptions
from belvedere.query.planner.granularity import time_zone

QUERY_ANSWER = "query"


class DataRequest(msgspec.Struct, frozen=True, kw_only=True):
    """One data type, and what of it, as `Selection` has it in JSON."""

    name: str
    selection: dict[str, Any]


class JobRequest(msgspec.Struct, frozen=True, kw_only=True):
    """A settled request; the range is [start, end) in epoch ms."""

    format: str
    start: int
    end: int
    data: tuple[DataRequest, ...]
    timezone: str | None = None
    gzip: bool = False
    bom: bool = False
    headers: bool = True

    @property
    def names(self) -> tuple[str, ...]:
        """The data types, in the order of the request."""
        return tuple(data.name for data in self.data)

    def options(self, title: str = "export") -> WriterOptions:
        """How its files are written."""
        return WriterOptions(
            headers=self.headers, bom=self.bom, gzip=self.gzip, zone=time_zone(self.timezone, "timezone"), title=title
        )

    def to_json(self) -> dict[str, Any]:
        """Plain data, as JSON has it."""
        return dict(msgspec.json.decode(msgspec.json.encode(self)))


def request_of(plain: Mapping[str, Any]) -> JobRequest:
    """The inverse of `to_json`."""
    return msgspec.convert(plain, JobRequest)


async def settle(body: ExportJobBody, caller: Caller, now: int) -> JobRequest:
    """The request, narrowed to what its caller may see.

    Raises BadRequest for a format or a data type that there is not, Invalid naming any other field, and Forbidden.
    """
    if body.format is None or body.format not in FORMATS:
        raise BadRequest(f"format: {_said(body.format)} one of {', '.join(FORMATS)}")
    names = _names(body.data_types)
    start, end = resolve_range(body.date_range, body.timezone, now)
    request = JobRequest(
        format=body.format, start=start, end=end, data=(), timezone=body.timezone, gzip=bool(body.compress),
        bom=bool(body.bom), headers=body.include_headers is not False,
    )  # fmt: skip
    check_options(format_of(request.format), request.options())
    if body.query is not None and QUERY_ANSWER not in names:
        raise Invalid("query: is for the data type query")
    data = [await _data(name, body, names, request, caller, now) for name in names]
    return msgspec.structs.replace(request, data=tuple(data))


async def narrowed(request: JobRequest, caller: Caller) -> JobRequest:
    """The request as its owner may see it now. Raises Forbidden."""
    data = [
        DataRequest(
            name=data.name,
            selection=(await data_type(data.name).restrict(caller, Selection.from_json(data.selection))).to_json(),
        )
        for data in request.data
    ]
    return msgspec.structs.replace(request, data=tuple(data))


def personal(request: JobRequest) -> bool:
    """Does it hold raw or per-user rows?"""
    return any(data_type(data.name).personal(Selection.from_json(data.selection)) for data in request.data)


def _names(given: Sequence[str] | None) -> tuple[str, ...]:
    if not given:
        raise Invalid(f"data_types: name at least one of {', '.join(data_types())}")
    for name in given:
        if name not in data_types():
            raise BadRequest(f"data_types: {name!r:.60} is not one of {', '.join(data_types())}")
    if len(set(given)) < len(given):
        raise Invalid("data_types: names one of them twice")
    return tuple(given)


async def _data(
    name: str, body: ExportJobBody, names: Sequence[str], request: JobRequest, caller: Caller, now: int
) -> DataRequest:
    columns = _of_type("columns", body.columns, name, names)
    kind, selection = data_type(name), Selection(
        start=request.start,
        end=request.end,
        filters=_of_type("filters", body.filters, name, names),
        columns=tuple(columns) if columns else None,
        query=body.query if name == QUERY_ANSWER else None,
        timezone=request.timezone,
    )  # fmt: skip
    kind.check(selection)
    kind.check_range(selection, now)
    return DataRequest(name=name, selection=(await kind.restrict(caller, selection)).to_json())


def _of_type(field: str, given: Any, name: str, names: Sequence[str]) -> Any:
    """What a field says of one data type; of several data types it has to name each that it speaks of."""
    if given is None:
        return None
    if isinstance(given, dict) and given.keys() <= set(names) and given:
        return given.get(name)
    if field == "columns" and isinstance(given, dict):
        raise Invalid(f"columns: {', '.join(sorted(set(given) - set(names)))}: not among data_types")
    if len(names) > 1:
        raise Invalid(f"{field}: with several data types, give an object by data type")
    return given


def _said(given: str | None) -> str:
    return "is required;" if given is None else f"{given!r:.60} is not"
