"""The named mappings of the importer. A new kind of file is one module here and one entry in MAPPINGS."""

from belvedere_cli.imports.mappings.base import Row, RowError, RowMapping
from belvedere_cli.imports.mappings.events import EVENTS
from belvedere_cli.imports.mappings.oatutor import OATUTOR

__all__ = ["MAPPINGS", "Row", "RowError", "RowMapping", "recognise"]

MAPPINGS = {mapping.name: mapping for mapping in (OATUTOR, EVENTS)}


def recognise(columns: frozenset[str]) -> RowMapping | None:
    """The first mapping that can read a file with these columns."""
    return next((mapping for mapping in MAPPINGS.values() if mapping.recognises(columns)), None)
