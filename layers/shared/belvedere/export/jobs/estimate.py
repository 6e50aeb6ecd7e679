"""How long an export will take, from the rows that the rollups count and the rates that `make bench` has measured."""

import math
from collections.abc import Iterable

from belvedere.export.sources.data_type import Part

START_S = 5  # a state machine, and functions that are cold
ROWS_PER_S = {"json": 25_000, "ndjson": 25_000, "csv": 25_000, "excel": 8_000, "parquet": 25_000}  # a part, end to end
MERGED_PER_S = {"json": 400_000, "ndjson": 400_000, "csv": 400_000, "excel": 12_000, "parquet": 400_000}
AT_ONCE = 4  # parts, as infra/export.asl.yaml has it


def estimated_s(format_name: str, parts: Iterable[Part]) -> int:
    """Whole seconds from the request to the file, at least one."""
    rows = [part.rows for part in parts]
    widest, total = max(rows, default=0), sum(rows)
    reading = max(widest, total / AT_ONCE) / ROWS_PER_S[format_name]
    return max(1, math.ceil(START_S + reading + total / MERGED_PER_S[format_name]))
