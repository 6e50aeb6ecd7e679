"""State machines on two interpreters: the emulator's, and moto's over the emulator's functions."""

import json
import time
from typing import Any

from infra.local.settings import LocalError

ROLE = "arn:aws:iam::000000000000:role/machine"
PATIENCE_S = 60.0
Definition = dict[str, Any]


def trial(function: str) -> Definition:
    """A definition that uses what our machines use, while the template declares none: a Map over invocations with a
    retry, a choice by what came back, and a failure that is caught. `function` answers warm-ups."""
    invoke = {
        "Type": "Task",
        "Resource": "arn:aws:states:::lambda:invoke",
        "TimeoutSeconds": 30,
        "Retry": [{"ErrorEquals": ["States.TaskFailed"], "IntervalSeconds": 1, "MaxAttempts": 1, "BackoffRate": 2.0}],
    }
    warm = {**invoke, "Parameters": {"FunctionName": function, "Payload": {"source": "belvedere.warm-up"}}}
    nobody = {**invoke, "Parameters": {"FunctionName": f"{function}-that-is-not-there", "Payload": {}}}
    caught = [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.error", "Next": "Caught"}]
    each = {
        "StartAt": "Invoke",
        "States": {
            "Invoke": {**warm, "ResultSelector": {"warm.$": "$.Payload.warm"}, "Next": "Decide"},
            "Decide": {
                "Type": "Choice",
                "Choices": [{"Variable": "$.warm", "StringEquals": "ops.health", "Next": "Known"}],
                "Default": "Unknown",
            },
            "Known": {"Type": "Pass", "Result": {"known": True}, "ResultPath": "$.told", "End": True},
            "Unknown": {"Type": "Fail", "Error": "Unknown"},
        },
    }
    return {
        "StartAt": "Each",
        "States": {
            "Each": {
                "Type": "Map",
                "ItemsPath": "$.items",
                "MaxConcurrency": 2,
                "ItemProcessor": each,
                "ResultPath": "$.answers",
                "Next": "Missing",
            },
            "Missing": {**nobody, "Catch": caught, "Next": "Unreachable"},
            "Unreachable": {"Type": "Fail", "Error": "Unreachable"},
            "Caught": {"Type": "Pass", "Parameters": {"answers.$": "$.answers", "caught": True}, "End": True},
        },
    }


def create(client: Any, name: str, definition: Definition) -> str:
    """Its ARN."""
    created = client.create_state_machine(name=name, roleArn=ROLE, definition=json.dumps(definition))
    return str(created["stateMachineArn"])


def outcome(client: Any, name: str, definition: Definition, execution_input: Any) -> tuple[str, Any]:
    """(status, output) of one execution."""
    machine = create(client, name, definition)
    started = client.start_execution(stateMachineArn=machine, input=json.dumps(execution_input))
    deadline = time.monotonic() + PATIENCE_S
    while (execution := client.describe_execution(executionArn=started["executionArn"]))["status"] == "RUNNING":
        if time.monotonic() > deadline:
            raise LocalError(f"The execution of {name} did not end in {PATIENCE_S:.0f} s.")
        time.sleep(0.2)
    client.delete_state_machine(stateMachineArn=machine)
    return execution["status"], json.loads(execution.get("output") or "null")
