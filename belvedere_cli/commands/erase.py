"""`belvedere erase`: deletes the events of a user or of a repository."""

from typing import TYPE_CHECKING

import click

from belvedere_cli import deployment
from belvedere_cli.commands.options import Place, place_options, workspace_option
from belvedere_cli.errors import CommandError

if TYPE_CHECKING:
    from belvedere.rollups.erase import Erase
    from belvedere.storage.tables import Tables


@click.command()
@click.argument("user", required=False)
@click.option("--repo", help="what names this repository, as an import under a wrong name left it")
@workspace_option
@place_options
def erase(place: Place, user: str | None, repo: str | None, workspace: str) -> None:
    """delete all events of a user or a repository; rollups follow"""
    if (user is None) == (repo is None):
        raise CommandError("Erase either a user or, with --repo, a repository.")
    deployment.enter(deployment.running(place.state_dir))
    from belvedere.storage.tables import tables

    of_workspace = tables(workspace)
    deleted = erase_user(of_workspace, user) if user else erase_repository(of_workspace, repo or "")
    subject = user or repo
    sentence = f"{deleted} events of {subject} deleted." if deleted else f"There are no events of {subject} any more."
    enrolment = " The user is in no class now." if user else ""
    totals = " Totals follow within seconds; run it again until it finds none." if deleted else ""
    print(f"{sentence}{enrolment}{totals}")


def erase_user(tables: "Tables", user: str) -> int:
    """Delete a user's raw events, exports, dismissals, and what boards and alerts keep of them. How many events.

    Exports go before the events and after them: one that began in between may have read them.
    """
    import belvedere.boards  # noqa: F401 - hands the engine its catalog
    from belvedere.auth.users import forget_dismissals
    from belvedere.auth.visibility import forget_user
    from belvedere.export.jobs.erasure import expire_exports
    from belvedere.realtime.alerts.store import forget

    days = _erase(tables).days(user)
    expire_exports(tables, user, days)
    forget_user(tables, user)
    forget_dismissals(tables, user)
    forget(tables, user)
    deleted = _erase(tables).run(user)
    expire_exports(tables, user, days)
    return deleted


def erase_repository(tables: "Tables", repo: str) -> int:
    """Delete the raw events that name a repository. How many events."""
    return _erase(tables).run_labelled("repo_slug", repo)


def _erase(tables: "Tables") -> "Erase":
    """What erases in a workspace."""
    from belvedere.boards.registry import CATALOG
    from belvedere.rollups.erase import Erase
    from belvedere.settings import settings

    rollups = tuple(CATALOG.rollup_tables.values())
    return Erase(tables.events, tables.rollups, tables.state, rollups, settings().event_slices)
