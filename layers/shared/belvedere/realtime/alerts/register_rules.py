"""Keeps a workspace's own alert rules: each adds one to a board's rules, or replaces the one of the same id."""

from typing import Annotated, Any

import msgspec
from pydantic import Field

from belvedere.bodies import Body
from belvedere.directory.names import Name
from belvedere.errors import Invalid, NotFound
from belvedere.realtime.alerts.evaluator import AlertSource
from belvedere.realtime.alerts.rules import AlertRule, Comparison, Severity
from belvedere.realtime.alerts.store import all_rules, watched_boards
from belvedere.storage.attributes import Item
from belvedere.storage.keys import Key
from belvedere.storage.keys.directory import alert_rule_key
from belvedere.storage.tables import Tables

Finite = Annotated[float, Field(allow_inf_nan=False)]
Json = dict[str, Any]


class AlertRuleBody(Body):
    """PUT /v1/directory/alert-rules/{board}/{rule_id}."""

    metric: str
    comparison: Comparison
    threshold: Finite
    window_days: int = Field(1, ge=1, le=90)
    at_least: int = Field(1, ge=1, le=1_000_000)
    cool_down_s: int = Field(1_800, ge=0, le=7 * 86_400)
    hysteresis: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 0.0
    severity: Severity = "warning"
    title: Name
    enabled: bool = True


def listed_rules(tables: Tables, board: str | None) -> list[Json]:
    """The rules that hold, by board and id; each says where it comes from."""
    names = list(watched_boards()) if board is None else [watched_board(board).board]
    return [rule for name in names for rule in _of_board(tables, watched_boards()[name])]


def put_rule(tables: Tables, board: str, rule_id: str, body: AlertRuleBody) -> Json:
    """Add a rule, or replace the one of that id. Raises NotFound and Invalid."""
    from belvedere.directory.entities import directory_item

    watched = watched_board(board)
    if body.metric not in watched.metrics:
        raise Invalid(f"metric: {body.metric!r} is not one of {', '.join(watched.metrics)}")
    rule = AlertRule(rule_id=rule_id, **body.model_dump())
    key = alert_rule_key(tables.directory.workspace, board, rule_id)
    item: Item = {"pk": tables.directory.own(key.pk), "sk": key.sk, "rule": msgspec.json.encode(rule).decode()}
    tables.directory.client.put_item(TableName=tables.directory.name, Item=directory_item(item))
    return _shown(board, rule, own=True)


def drop_rule(tables: Tables, board: str, rule_id: str) -> None:
    """Take a workspace's own rule away; the board's of the same id holds again. Raises NotFound."""
    key: Key = alert_rule_key(tables.directory.workspace, watched_board(board).board, rule_id)
    row = tables.directory.key(key)
    if not tables.directory.attempt("delete_item", Key=row, ConditionExpression="attribute_exists(pk)"):
        raise NotFound(f"this workspace has no rule '{rule_id}' of its own for {board}; disable one with PUT")


def watched_board(name: str) -> AlertSource:
    """What a board has watched. Raises NotFound naming the boards that have rules."""
    source = watched_boards().get(name)
    if source is None:
        raise NotFound(f"board: {name!r} is not one of {', '.join(watched_boards())}")
    return source


def _of_board(tables: Tables, watched: AlertSource) -> list[Json]:
    shipped = {rule.rule_id: rule for rule in watched.rules}
    rules = sorted(all_rules(tables, watched).items())
    return [_shown(watched.board, rule, own=shipped.get(name) != rule) for name, rule in rules]


def _shown(board: str, rule: AlertRule, *, own: bool) -> Json:
    return {"board": board, **msgspec.to_builtins(rule), "source": "workspace" if own else "board"}
