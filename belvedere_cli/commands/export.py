"""`belvedere export`: has data exported by a deployment, and puts the file here."""

import json
from pathlib import Path
from typing import Any

import click

from belvedere_cli import deployment
from belvedere_cli.commands.options import Place, place_options, workspace_option

EPILOG = """\
\b
Examples:
  belvedere export --format csv --type learning.interaction --from 2026-01-01 --to 2026-02-01 -o january.csv
  belvedere export --format excel --type learning.summary --from 2026-01-01 --to 2026-02-01 -o summary.xlsx

Exit codes: 0 the file is there; 1 the job failed; 2 the export could not start or not go on; 130 stopped by Ctrl-C,
which cancels a job that is not finished.
"""


def filters(text: str) -> dict[str, Any]:
    """A JSON object."""
    try:
        value = json.loads(text)
    except ValueError:
        value = None
    if not isinstance(value, dict):
        raise click.BadParameter(f"{text!r} is not a JSON object")
    return value


@click.command(epilog=EPILOG)
@click.option("--format", required=True, help="of the file: json, ndjson, csv, excel or parquet")
@click.option(
    "--type",
    "data_types",
    required=True,
    multiple=True,
    metavar="NAME",
    help="an event type or an answer, such as learning.interaction; several: again",
)
@click.option("--from", "start", required=True, metavar="TIME", help="begin of the range: a day, or an ISO time")
@click.option("--to", "end", required=True, metavar="TIME", help="its end, which is no part of it")
@click.option("-o", "--output", required=True, type=click.Path(path_type=Path), metavar="FILE", help="where to put it")
@click.option("--column", "columns", multiple=True, metavar="NAME", help="only this column; several: again, in order")
@click.option("--filters", type=filters, metavar="JSON", help="only what these filters take, as the API has them")
@click.option("--compress", is_flag=True, help="have the file packed by gzip (json, ndjson, csv)")
@click.option("--timezone", metavar="ZONE", help="of times in the file, such as Europe/Berlin (UTC)")
@workspace_option
@click.option("--url", help="origin of the stack (default: that of the running local stack)")
@click.option("--key", help="API key with scope read (default: the demo workspace's)")
@place_options
def export(place: Place, output: Path, workspace: str, url: str | None, key: str | None, **options: Any) -> int:
    """export data into a file"""
    deployment.check_sending(place.state_dir, url)
    from belvedere_cli.export.export_run import FileExport, run
    from belvedere_cli.sending.event_target import target_of

    target = target_of(url, key, place.state_dir, key_output="read_key")
    return run(FileExport(target, workspace, job_of(**options), output))


def job_of(
    format: str, data_types: tuple[str, ...], start: str, end: str, columns: tuple[str, ...],
    filters: dict[str, Any] | None, compress: bool, timezone: str | None,
) -> dict[str, Any]:  # fmt: skip
    """The body of the request; what was not said is left out."""
    optional = {"columns": list(columns), "filters": filters, "compress": compress, "timezone": timezone}
    return {
        "format": format,
        "data_types": list(data_types),
        "date_range": {"start": start, "end": end},
        **{name: value for name, value in optional.items() if value},
    }
