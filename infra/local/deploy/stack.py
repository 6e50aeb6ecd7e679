"""Creates or updates the CloudFormation stack and tells what is in it."""

import time
from dataclasses import dataclass
from typing import Any

from infra.local.settings import STACK_NAME, LocalError

POLL_S = 0.1
WAIT_S = 300.0
CAPABILITIES = ["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"]


@dataclass(frozen=True, slots=True)
class Deployed:
    """A stack that stands."""

    outputs: dict[str, str]
    functions: dict[str, str]  # logical id -> name


def status(cloudformation: Any) -> str | None:
    """The stack's status, or None when there is no such stack."""
    from botocore.exceptions import ClientError

    try:
        return str(cloudformation.describe_stacks(StackName=STACK_NAME)["Stacks"][0]["StackStatus"])
    except ClientError as error:
        if "does not exist" in str(error):
            return None
        raise


def deploy(cloudformation: Any, template_url: str, parameters: dict[str, str]) -> Deployed:
    """Bring the stack to this template; data in its tables stays. Raises LocalError with the first failed resource."""
    before = status(cloudformation)
    if before in ("ROLLBACK_COMPLETE", "CREATE_FAILED", "ROLLBACK_FAILED"):  # it never stood, so nothing is lost
        cloudformation.delete_stack(StackName=STACK_NAME)
        _settled(cloudformation)
        before = None
    request = {
        "StackName": STACK_NAME,
        "TemplateURL": template_url,
        "Parameters": [{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()],
        "Capabilities": CAPABILITIES,
    }
    if before is None:
        cloudformation.create_stack(**request)
    elif not _update(cloudformation, request):
        return describe(cloudformation)
    after = _settled(cloudformation)
    if after not in ("CREATE_COMPLETE", "UPDATE_COMPLETE"):
        raise LocalError(f"The stack ended as {after}. {_first_failure(cloudformation)}")
    return describe(cloudformation)


def describe(cloudformation: Any) -> Deployed:
    """The outputs and functions of the stack."""
    stack = cloudformation.describe_stacks(StackName=STACK_NAME)["Stacks"][0]
    functions = {}
    for page in cloudformation.get_paginator("list_stack_resources").paginate(StackName=STACK_NAME):
        for resource in page["StackResourceSummaries"]:
            if resource["ResourceType"] == "AWS::Lambda::Function":
                functions[resource["LogicalResourceId"]] = resource["PhysicalResourceId"]
    return Deployed({output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}, functions)


def _update(cloudformation: Any, request: dict[str, Any]) -> bool:
    """Start an update; False when there is nothing to update."""
    from botocore.exceptions import ClientError

    try:
        cloudformation.update_stack(**request)
    except ClientError as error:
        if "No updates are to be performed" in str(error):
            return False
        raise
    return True


def _settled(cloudformation: Any) -> str | None:
    """Wait until the stack is no longer in progress; its status then (None when it is gone)."""
    deadline = time.monotonic() + WAIT_S
    while (now := status(cloudformation)) is not None and now.endswith("IN_PROGRESS"):
        if time.monotonic() > deadline:
            raise LocalError(f"The stack is still {now} after {WAIT_S:.0f} s.")
        time.sleep(POLL_S)
    return None if now == "DELETE_COMPLETE" else now


def _first_failure(cloudformation: Any) -> str:
    events = cloudformation.describe_stack_events(StackName=STACK_NAME)["StackEvents"]
    failed = [event for event in events if event["ResourceStatus"].endswith("FAILED")]
    if not failed:
        return "No event says why; see the emulator's log."
    first = min(failed, key=lambda event: event["Timestamp"])
    return f"{first['LogicalResourceId']}: {first.get('ResourceStatusReason', 'no reason given')}"
