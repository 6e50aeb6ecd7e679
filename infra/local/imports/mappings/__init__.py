"""The named mappings of the importer. A new kind of file is one module here and one entry in MAPPINGS."""

from infra.local.imports.mappings.base import Row, RowError, RowMapping
from infra.local.imports.mappings.events import EVENTS
from infra.local.imports.mappings.oatutor import OATUTOR

__all__ = ["MAPPINGS", "Row", "RowError", "RowMapping", "recognise"]

MAPPINGS = {mapping.name: mapping for mapping in (OATUTOR, EVENTS)}


def recognise(columns: frozenset[str]) -> RowMapping | None:
    """The first mapping that can read a file with these columns."""
    return next((mapping for mapping in MAPPINGS.values() if mapping.recognises(columns)), None)
