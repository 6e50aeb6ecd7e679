"""POST /api/v1/dashboard/export as it comes over the wire: `ExportConfig` of the workspaces contract, extended."""

from typing import Annotated, Any

import msgspec
from pydantic import Field, ValidationError

from belvedere.bodies import Body
from belvedere.errors import BadRequest, Invalid

MAX_BODY = 65_536
MAX_DATA_TYPES = 20
MAX_COLUMNS = 500
MAX_PROBLEMS = 20
Name = Annotated[str, Field(min_length=1, max_length=200)]
Columns = Annotated[list[Name], Field(min_length=1, max_length=MAX_COLUMNS)]


class DateRangeBody(Body):
    """Both ends, or a preset. A date as the end is included, a moment is not."""

    start: str | None = None
    end: str | None = None
    preset: str | None = None


class ExportTemplateBody(Body):
    """What to export. With several data types, `columns` and `filters` are objects by data type."""

    format: Name | None = None
    data_types: list[Name] | None = Field(None, max_length=MAX_DATA_TYPES)
    date_range: DateRangeBody | None = None
    columns: Columns | dict[Name, Columns] | None = None
    filters: dict[str, Any] | None = None
    query: dict[str, Any] | None = Field(None, description="the body of POST /v1/query, for the data type query")
    compress: bool | None = Field(None, description="gzip, for csv, json and ndjson")
    bom: bool | None = Field(None, description="a byte order mark, for csv")
    include_headers: bool | None = None
    timezone: Name | None = Field(None, description="IANA name; of dates in the request and of times in the file")


class ExportJobBody(ExportTemplateBody):
    """POST /api/v1/dashboard/export: what to export, or the saved export to start from, or both."""

    template_id: Name | None = None


def body_schema() -> dict[str, Any]:
    """The JSON schema of the body, for the OpenAPI document; complete in itself."""
    schema = ExportJobBody.model_json_schema(ref_template="{model}")
    ranges = schema.pop("$defs")["DateRangeBody"]
    schema["properties"]["date_range"] = {"anyOf": [ranges, {"type": "null"}]}
    return schema


def read_body(raw: bytes) -> ExportJobBody:
    """The body of a request. Raises BadRequest and Invalid."""
    if len(raw) > MAX_BODY:
        raise Invalid(f"body: at most {MAX_BODY:,} bytes")
    try:
        given = msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise BadRequest("the body is not valid JSON") from None
    try:
        return ExportJobBody.model_validate(given)
    except ValidationError as error:
        raise _refusal(error) from None


def _refusal(error: ValidationError) -> Invalid:
    problems = [f"{'.'.join(map(str, problem['loc'])) or 'body'}: {problem['msg']}" for problem in error.errors()]
    return Invalid("; ".join(problems[:MAX_PROBLEMS]))
