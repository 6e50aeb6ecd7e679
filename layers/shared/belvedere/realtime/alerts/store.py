"""The alert rules of a workspace: a board's own, each replaced by the workspace's rule of the same id."""

import importlib
from collections.abc import Awaitable, Callable, Sequence
from functools import partial

import msgspec

from belvedere.realtime.alerts.evaluator import AlertEvaluator, AlertSource
from belvedere.realtime.alerts.rules import AlertRule
from belvedere.realtime.changelog.log import LogEntry
from belvedere.realtime.channel import Moment
from belvedere.schema.catalog import catalog
from belvedere.storage.keys import SEPARATOR, Key
from belvedere.storage.keys.directory import alert_rules_partition
from belvedere.storage.keys.realtime import alert_key
from belvedere.storage.tables import Tables
from belvedere.storage.threads import in_thread

LAST = "\U0010ffff"  # sorts after whatever an alert may be about


def watched_boards() -> dict[str, AlertSource]:
    """What every board has watched, by board."""
    modules = (importlib.import_module(board.live) for board in catalog().boards.values() if board.live)
    return {module.WATCHED.board: module.WATCHED for module in modules if hasattr(module, "WATCHED")}


def rules_of(tables: Tables, watched: AlertSource) -> list[AlertRule]:
    """The enabled rules of a board in a workspace, by id."""
    return [rule for _, rule in sorted(all_rules(tables, watched).items()) if rule.enabled]


def all_rules(tables: Tables, watched: AlertSource) -> dict[str, AlertRule]:
    """All rules of a board in a workspace, by id."""
    prefix = f"{watched.board}{SEPARATOR}"
    rows = tables.directory.query(
        alert_rules_partition(tables.directory.workspace), prefix, f"{prefix}~", consistent=True
    )
    own = (msgspec.json.decode(str(item["rule"]), type=AlertRule) for item in rows)
    return {rule.rule_id: rule for rule in watched.rules} | {rule.rule_id: rule for rule in own}


def alert_evaluation(tables: Tables, clock: Callable[[], int]) -> Callable[[Sequence[LogEntry]], Awaitable[int]]:
    """Evaluates the rules of all boards over entries; how many alerts were raised."""

    async def watch(entries: Sequence[LogEntry]) -> int:
        raised = 0
        for watched in watched_boards().values():
            rules = await in_thread(partial(rules_of, tables, watched))
            raised += await AlertEvaluator(watched, rules, Moment(tables, clock())).evaluate(entries)
        return raised

    return watch


def forget(tables: Tables, user: str) -> None:
    """Forget what the rules remember of a user who is erased."""
    for watched in watched_boards().values():
        for rule_id in all_rules(tables, watched):
            first = alert_key(tables.state.workspace, f"{watched.board}.{rule_id}", user, "")
            rows = tables.state.query(first.pk, first.sk, first.sk + LAST, consistent=True)
            tables.state.delete_all([Key(str(item["pk"]), str(item["sk"])) for item in rows])
