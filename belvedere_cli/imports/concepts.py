"""The concepts that the rows of a file name, as the Directory takes them. What they build on, a log does not tell."""

from collections.abc import Iterator

from belvedere_cli.imports.mappings import RowError, RowMapping
from belvedere_cli.imports.source import Record, Source
from belvedere_cli.sending.directory_client import Json

LONGEST_ID = 100


def concepts_of(source: Source, mapping: RowMapping) -> Iterator[Json]:
    """Each concept once, in the order of the file; names that cannot be part of a path are left out."""
    names = dict.fromkeys(name for record in source.records if (name := _concept_of(record, mapping)))
    for name in names:
        if len(name) <= LONGEST_ID and "/" not in name and name == name.strip():
            yield {"concept_id": name, "name": name.replace("_", " ")}


def _concept_of(record: Record, mapping: RowMapping) -> str | None:
    """The concept of a row, if it is an event and names one; what is wrong with a row was told at its import."""
    try:
        event = mapping.to_event(record.row) if record.row is not None else None
    except (RowError, KeyError):
        return None
    concept = event.properties.get("concept") if event else None
    return concept if isinstance(concept, str) else None
