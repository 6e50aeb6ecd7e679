"""Every kind of data that can be exported: the generic query, and what each board declares."""

import functools
import importlib
from collections.abc import Iterator, Mapping

from belvedere.errors import Invalid
from belvedere.export.sources.data_type import DataType
from belvedere.export.sources.query_answer import QueryAnswer
from belvedere.schema.catalog import catalog


@functools.cache
def data_types() -> Mapping[str, DataType]:
    """Kinds of data by name; a board's module of them is imported here, when first asked for."""
    return {kind.name: kind for kind in _declared()}


def _declared() -> Iterator[DataType]:
    yield QueryAnswer()
    for board in catalog().boards.values():
        if board.exports:
            yield from importlib.import_module(board.exports).DATA_TYPES


def data_type(name: str) -> DataType:
    """A kind of data by its name. Raises Invalid naming those there are."""
    if name not in data_types():
        raise Invalid(f"data_types: {name!r:.80} is not one of {', '.join(sorted(data_types()))}")
    return data_types()[name]
