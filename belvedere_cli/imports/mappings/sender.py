"""Sends a file of rows by its mapping, and then registers the concepts that they name if that is wanted."""

from collections.abc import Iterator
from pathlib import Path

from belvedere_cli.errors import UsageError
from belvedere_cli.imports.feed import file_feed
from belvedere_cli.imports.mappings.base import RowError, RowMapping
from belvedere_cli.imports.progress import ImportCounts
from belvedere_cli.imports.session import ImportSession, Send
from belvedere_cli.imports.source import ImportSource, Record, open_source
from belvedere_cli.sending.directory_client import Json, directory_client
from belvedere_cli.sending.event_target import TargetOptions

LONGEST_ID = 100


def mapping_sender(mapping: RowMapping) -> Send:
    """The `send` of a kind of file whose rows a mapping reads."""

    async def send(source: str, session: ImportSession, register_concepts: bool = False) -> ImportCounts:
        with file_feed(Path(source), mapping) as feed:
            counts = await session.send_feed(feed)
        if register_concepts:
            session.say(await register(Path(source), mapping, session.options))
        return counts

    return send


async def register(path: Path, mapping: RowMapping, target: TargetOptions) -> str:
    """Register the concepts that the file names and the Directory does not know yet. Raises UsageError."""
    admin = target.admin_target()
    if admin is None:
        raise UsageError("--register-concepts takes --admin-key")
    with path.open("rb") as stream:
        concepts = list(concepts_of(open_source(path, stream), mapping))
    async with directory_client(admin) as client:
        return f"concepts: {len(concepts)} in the file, {await client.add_concepts(concepts)} registered now"


def concepts_of(source: ImportSource, mapping: RowMapping) -> Iterator[Json]:
    """Each concept once, in the order of the file; names that cannot be part of a path are left out.

    What they build on, a log does not tell.
    """
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
