"""docs/deploy.md counts what template.yaml makes."""

import re

import pytest

from infra.local.deploy import templates
from infra.local.settings import ROOT
from tests.unit.infra.test_deployments import of_type, translated

DOCUMENT = (ROOT / "docs" / "deploy.md").read_text()
CALLS_A_MONTH = 12 * 24 * 30  # every five minutes


def about(exact: int) -> object:
    """What may be said of a number that grows with every endpoint."""
    return pytest.approx(exact, rel=0.1)


def number(pattern: str) -> int:
    """The one number of the document that a pattern finds."""
    (found,) = re.findall(pattern, DOCUMENT)
    return int(str(found).replace(",", ""))


def test_the_resources_of_a_stack_are_counted() -> None:
    made = [one for one in translated().values() if "Condition" not in one]
    assert number(r"some (\d+) resources, of the 500") == about(len(made))


def test_the_calls_that_keep_functions_warm_are_counted() -> None:
    variables = templates.load()["Resources"]["OpsWarmFunction"]["Properties"]["Environment"]["Variables"]
    warmed = len(variables["WARM_FUNCTIONS"]["Fn::Join"][1])
    assert number(r"warm functions: some (\d+),") == about(warmed)
    assert number(r"that warms them \| ([\d,]+) calls") == about((warmed + 1) * CALLS_A_MONTH)


def test_every_alarm_is_explained_and_what_they_cost_is_counted() -> None:
    alarms = of_type(translated(), "AWS::CloudWatch::Alarm")
    explained = set(re.findall(r"`(\w+Alarm)`", DOCUMENT[DOCUMENT.index("### When an alarm rings") :]))
    assert explained == alarms.keys()
    metrics = sum(sum("MetricStat" in one for one in alarm.get("Metrics", [])) or 1 for alarm in alarms.values())
    words = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
             "thirteen", "fourteen", "fifteen", "sixteen"]  # fmt: skip
    assert f"| {words[len(alarms)]} alarms over {words[metrics]} metrics |" in DOCUMENT
