"""infra/export.asl.yaml: no step waits for ever, each failure leads somewhere, and its input stays small."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from belvedere.export.jobs.estimate import AT_ONCE
from belvedere.export.jobs.plan import MOST_PARTS
from infra.local.deploy import templates
from infra.local.settings import ROOT

PATH = ROOT / "infra" / "export.asl.yaml"
MACHINE = templates.load(PATH)
RESOURCES = templates.load()["Resources"]
DECLARED = RESOURCES["ExportStateMachine"]["Properties"]
MOST_INPUT = 256 * 1024
MOST_EVENTS = 25_000
EVENTS_A_PART = 10  # of the history: a Map iteration and a task each have some five


def states(machine: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, state in machine["States"].items():
        yield name, state
        if "ItemProcessor" in state:
            yield from states(state["ItemProcessor"])


TASKS = {name: state for name, state in states(MACHINE) if state["Type"] == "Task"}


@pytest.mark.parametrize("name", TASKS)
def test_a_task_waits_a_little_longer_than_its_function_may_take(name: str) -> None:
    placeholder = TASKS[name]["Parameters"]["FunctionName"].strip("${}")
    function = DECLARED["DefinitionSubstitutions"][placeholder]["Ref"]
    assert RESOURCES[function]["Properties"]["Timeout"] < TASKS[name]["TimeoutSeconds"] <= 910


@pytest.mark.parametrize("name", TASKS)
def test_a_task_is_tried_again_with_growing_jittered_pauses(name: str) -> None:
    refused, failed = TASKS[name]["Retry"]
    for retry in (refused, failed):
        assert retry["BackoffRate"] > 1
        assert retry["JitterStrategy"] == "FULL"
    assert 1 <= failed["MaxAttempts"] <= 5
    assert {"States.TaskFailed", "States.Timeout"} == set(failed["ErrorEquals"])


@pytest.mark.parametrize("name", TASKS)
def test_a_task_waits_for_minutes_while_the_account_runs_all_that_it_may(name: str) -> None:
    refused = TASKS[name]["Retry"][0]
    waits = [min(refused["IntervalSeconds"] * refused["BackoffRate"] ** n, refused["MaxDelaySeconds"])
             for n in range(refused["MaxAttempts"])]  # fmt: skip
    assert "Lambda.TooManyRequestsException" in refused["ErrorEquals"]
    assert sum(waits) / 2 > 300, "full jitter takes half of a pause on average"


@pytest.mark.parametrize("name", sorted((TASKS.keys() | {"Parts"}) - {"WritePart", "Fail"}))
def test_what_fails_for_good_ends_in_a_failed_job(name: str) -> None:
    (catch,) = MACHINE["States"][name]["Catch"]
    assert catch == {"ErrorEquals": ["States.ALL"], "ResultPath": "$.error", "Next": "Fail"}


def test_every_state_is_reached_and_leads_to_one_that_there_is() -> None:
    following = {
        name: {state.get("Next"), state.get("Default"), *(one["Next"] for one in state.get("Choices", []))}
        | {one["Next"] for one in state.get("Catch", [])}
        for name, state in MACHINE["States"].items()
    }
    named = {MACHINE["StartAt"]}.union(*following.values()) - {None}
    assert named == MACHINE["States"].keys()


def test_parts_are_bounded_in_number_and_side_by_side() -> None:
    assert MACHINE["States"]["Parts"]["MaxConcurrency"] == AT_ONCE
    assert MOST_PARTS * EVENTS_A_PART < MOST_EVENTS


def test_the_input_of_a_step_is_small_whatever_the_size() -> None:
    largest = {"workspace": "w" * 64, "job_id": "exp_" + "0" * 24, "attempt": 20, "format": "parquet",
               "plan": {"stopped": False, "parts": list(range(MOST_PARTS))}}  # fmt: skip
    assert len(json.dumps(largest)) < MOST_INPUT / 10
    assert MACHINE["States"]["Parts"]["ResultPath"] is None


def test_each_name_in_the_definition_is_given_by_the_template() -> None:
    assert set(re.findall(r"\$\{(\w+)\}", PATH.read_text())) == DECLARED["DefinitionSubstitutions"].keys()


def test_the_machine_may_start_its_own_steps_only() -> None:
    (statement,) = DECLARED["Policies"][0]["Statement"]
    allowed = {resource["Fn::GetAtt"][0] for resource in statement["Resource"]}
    assert allowed == {given["Ref"] for given in DECLARED["DefinitionSubstitutions"].values()}


def test_exported_files_are_private_encrypted_and_end() -> None:
    bucket = RESOURCES["ExportBucket"]["Properties"]
    assert all(bucket["PublicAccessBlockConfiguration"].values())
    (encryption,) = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert encryption["ServerSideEncryptionByDefault"]["SSEAlgorithm"] == "AES256"
    (rule,) = bucket["LifecycleConfiguration"]["Rules"]
    assert rule["Status"] == "Enabled"
    assert rule["ExpirationInDays"] == {"Ref": "ExportRetentionDays"}
    assert rule["AbortIncompleteMultipartUpload"]["DaysAfterInitiation"] == 1
    (refused,) = RESOURCES["ExportBucketPolicy"]["Properties"]["PolicyDocument"]["Statement"]
    assert (refused["Effect"], refused["Condition"]) == ("Deny", {"Bool": {"aws:SecureTransport": "false"}})
