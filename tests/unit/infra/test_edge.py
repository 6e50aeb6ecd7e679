"""The documented WebSocket paths: one table for the edge, the front door, and the channels that boards register."""

import json
import re

import yaml

from belvedere.realtime.channels import channels as registered
from infra.local.deploy.socket_api import without_route_responses
from infra.local.front_door.socket_proxy import TABLE, channel_of
from infra.local.settings import ROOT

FUNCTION = ROOT / "infra" / "edge" / "channels.js"


def test_the_edge_function_has_the_table_of_the_front_door() -> None:
    (table,) = re.findall(r"var CHANNELS = (\[.*?\]);", FUNCTION.read_text(), re.DOTALL)
    assert json.loads(table) == json.loads(TABLE.read_text())


def test_the_edge_sends_every_path_of_the_table_to_the_websocket_api() -> None:
    yaml.SafeLoader.add_multi_constructor("!", lambda loader, suffix, node: None)
    document = yaml.safe_load((ROOT / "infra" / "edge" / "edge.yaml").read_text())
    behaviours = document["Resources"]["Distribution"]["Properties"]["DistributionConfig"]["CacheBehaviors"]
    patterns = [re.compile(one["PathPattern"].replace("*", ".*")) for one in behaviours]
    for row in json.loads(TABLE.read_text()):
        path = re.sub(r"\(\?<\w+>[^)]*\)", "somebody", row["path"])
        assert any(pattern.fullmatch(path) for pattern in patterns), path


def test_a_boards_own_path_leads_to_a_channel_that_it_registers() -> None:
    assert channel_of("/dashboard/ws/ada") == {"channel": "learning", "user": "ada"}
    assert "learning" in registered()


def test_a_path_of_no_channel_says_nothing() -> None:
    assert channel_of("/dashboard/ws/") == channel_of("/ws") == {}


def test_the_emulator_is_given_no_route_responses_and_everything_else() -> None:
    template = {"Resources": {"A": {"Type": "AWS::ApiGatewayV2::RouteResponse"}, "B": {"Type": "X"}}, "Outputs": {}}
    assert without_route_responses(template) == {"Resources": {"B": {"Type": "X"}}, "Outputs": {}}
