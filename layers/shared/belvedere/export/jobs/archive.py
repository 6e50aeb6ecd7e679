"""A zip archive that is written front to back, to something that only takes bytes."""

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from typing import Any, BinaryIO, cast

LONG_AGO = (1980, 1, 1, 0, 0, 0)  # equal content is an equal archive
READABLE = 0o644 << 16


class Hashed:
    """Something to write to that knows the length and the SHA-256 of what went through it."""

    closed = False  # for writers that ask a file

    def __init__(self, out: Any) -> None:
        self._out = out
        self._hash = sha256()
        self.bytes = 0

    def write(self, data: Any) -> int:
        """Pass bytes on; how many."""
        view = memoryview(data).cast("B")
        self._hash.update(view)
        self.bytes += len(view)
        self._out.write(view)
        return len(view)

    def flush(self) -> None:
        """Nothing is held back."""

    @property
    def sha256(self) -> str:
        """Of what was written so far."""
        return self._hash.hexdigest()


class Archive:
    """Files one after another in a zip; `compress` where they are not compressed themselves."""

    def __init__(self, out: Any, *, compress: bool) -> None:
        self._zip = zipfile.ZipFile(
            cast("BinaryIO", Hashed(out)), "w", zipfile.ZIP_DEFLATED if compress else zipfile.ZIP_STORED
        )

    def __enter__(self) -> "Archive":
        return self

    def __exit__(self, failed: object, *_: object) -> None:
        if failed is None:
            self._zip.close()

    @contextmanager
    def member(self, name: str) -> Iterator[Any]:
        """A file of the archive, of any size."""
        entry = zipfile.ZipInfo(name, LONG_AGO)
        entry.compress_type, entry.external_attr = self._zip.compression, READABLE
        with self._zip.open(entry, "w", force_zip64=True) as file:
            yield file
