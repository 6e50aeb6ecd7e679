"""The documented WebSocket paths: one table for the edge, the front door, and the channels that boards register."""

import json
import re
from typing import Any

import pytest
import yaml

from belvedere.auth.viewer import SECRET_HEADER, VIEWER_HEADER
from belvedere.realtime.channels import channels as registered
from infra.local.front_door.socket_proxy import TABLE, channel_of
from infra.local.settings import ROOT

FUNCTION = ROOT / "infra" / "edge" / "channels.js"


def test_the_edge_function_has_the_table_of_the_front_door() -> None:
    (table,) = re.findall(r"var CHANNELS = (\[.*?\]);", FUNCTION.read_text(), re.DOTALL)
    assert json.loads(table) == json.loads(TABLE.read_text())


class Reader(yaml.SafeLoader):
    """Of a template: an intrinsic is a dictionary of one key."""


def _intrinsic(loader: Reader, suffix: str, node: Any) -> dict[str, Any]:
    if isinstance(node, yaml.SequenceNode):
        return {suffix: loader.construct_sequence(node, deep=True)}
    return {suffix: loader.construct_scalar(node)}


Reader.add_multi_constructor("!", _intrinsic)


@pytest.fixture(scope="module")
def edge() -> dict[str, Any]:
    """The edge's template."""
    return dict(yaml.load((ROOT / "infra" / "edge" / "edge.yaml").read_text(), Reader))


def distribution(edge: dict[str, Any]) -> dict[str, Any]:
    return dict(edge["Resources"]["Distribution"]["Properties"]["DistributionConfig"])


def test_both_origins_are_told_the_edges_secret_where_there_is_one(edge: dict[str, Any]) -> None:
    for origin in distribution(edge)["Origins"]:
        condition, headers, otherwise = origin["OriginCustomHeaders"]["If"]
        assert (condition, otherwise) == ("HasSecret", {"Ref": "AWS::NoValue"})
        assert [header["HeaderName"] for header in headers] == [SECRET_HEADER]
        assert headers[0]["HeaderValue"] == {"Sub": "{{resolve:secretsmanager:${EdgeSecretArn}:SecretString}}"}


def test_a_function_tells_the_viewer_on_every_path(edge: dict[str, Any]) -> None:
    shown = distribution(edge)
    for behaviour in (shown["DefaultCacheBehavior"], *shown["CacheBehaviors"]):
        (function,) = behaviour["FunctionAssociations"]
        assert function["EventType"] == "viewer-request"
    for script in ("channels.js", "viewer.js"):
        text = (ROOT / "infra" / "edge" / script).read_text()
        assert f'headers["{VIEWER_HEADER}"] = {{value: event.viewer.ip}}' in text


def test_what_costs_money_is_off_unless_it_is_asked_for(edge: dict[str, Any]) -> None:
    costly = {name: one["Condition"] for name, one in edge["Resources"].items() if "Condition" in one}
    assert costly == {"WebAcl": "HasFirewall", "AccessLogBucket": "HasAccessLogs"}
    assert {edge["Parameters"][name]["Default"] for name in ("Firewall", "AccessLogs")} == {"false"}
    shown = distribution(edge)
    assert [shown[name]["If"][0] for name in ("WebACLId", "Logging")] == ["HasFirewall", "HasAccessLogs"]


def test_the_edge_sends_every_path_of_the_table_to_the_websocket_api(edge: dict[str, Any]) -> None:
    behaviours = distribution(edge)["CacheBehaviors"]
    patterns = [re.compile(one["PathPattern"].replace("*", ".*")) for one in behaviours]
    for row in json.loads(TABLE.read_text()):
        path = re.sub(r"\(\?<\w+>[^)]*\)", "somebody", row["path"])
        assert any(pattern.fullmatch(path) for pattern in patterns), path


def test_a_boards_own_path_leads_to_a_channel_that_it_registers() -> None:
    assert channel_of("/dashboard/ws/ada") == {"channel": "learning", "user": "ada"}
    assert "learning" in registered()


def test_a_path_of_no_channel_says_nothing() -> None:
    assert channel_of("/dashboard/ws/") == channel_of("/ws") == {}
