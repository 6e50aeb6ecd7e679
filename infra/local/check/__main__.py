"""Creates what the template declares on LocalStack's open core, and has moto run a state machine as the emulator does.

    make check-localstack              tables by DynamoDB Local, which LocalStack fetches (it wants the internet)
    make check-localstack TABLES=moto  tables by moto, behind LocalStack's front

The second opinion needs a running stack (`make up`); without one it is left out, and said so.
"""

import json
import os
import sys
import urllib.request
from contextlib import ExitStack
from typing import Any
from urllib.parse import urlsplit

from belvedere_cli import deployment
from belvedere_cli.deployment import STATE_DIR, Outputs
from belvedere_cli.errors import complain
from infra.local import ports
from infra.local.check import machines, services
from infra.local.check.excerpt import ELSEWHERE, Template, excerpt
from infra.local.deploy import tables, templates
from infra.local.settings import REGION, LocalError
from infra.local.steps import step

STACK = "belvedere-check"
INPUT = {"items": [1, 2, 3]}


def main() -> int:
    """0 when everything agrees."""
    template = excerpt(templates.to_cloudformation(templates.packaged(), templates.local_parameters()))
    running = deployment.read(STATE_DIR)
    by_moto = os.environ.get("TABLES") == "moto"
    with ExitStack() as started:
        with step("Starting moto and LocalStack"):
            moto = started.enter_context(services.moto(_port(running.emulator_url) if running else 0))
            localstack = started.enter_context(services.localstack(tables_at=_port(moto) if by_moto else None))
        _created(template, localstack)
        if running is None or not ports.answers(f"{running.url}/health"):
            complain("No stack runs, so moto had no functions to call. Start one (make up) and check again.")
            return 0
        _agreed(running, moto)
    return 0


def _created(template: Template, localstack: str) -> None:
    """Create the excerpt as a stack and compare its tables with what was declared."""
    cloudformation, dynamodb = _client("cloudformation", localstack), _client("dynamodb", localstack)
    parameters = templates.local_parameters()
    accepted = {name: value for name, value in parameters.items() if name in template["Parameters"]}
    request = [{"ParameterKey": name, "ParameterValue": value} for name, value in accepted.items()]
    with step(f"Creating {len(template['Resources'])} resources of the template on LocalStack"):
        cloudformation.create_stack(StackName=STACK, TemplateBody=json.dumps(template), Parameters=request)
        _awaited(cloudformation)
        machines.create(_client("stepfunctions", localstack), "trial", machines.trial(ELSEWHERE))
    with step("Comparing its tables with what is declared"):
        for resource in cloudformation.describe_stack_resources(StackName=STACK)["StackResources"]:
            if resource["ResourceType"] == tables.TABLE:
                declared = template["Resources"][resource["LogicalResourceId"]]["Properties"]
                _compared(declared, dynamodb.describe_table(TableName=resource["PhysicalResourceId"])["Table"])


def _awaited(cloudformation: Any) -> None:
    """Return when the stack stands; raise LocalError with the resources that failed."""
    from botocore.exceptions import WaiterError

    waiter = cloudformation.get_waiter("stack_create_complete")
    try:
        waiter.wait(StackName=STACK, WaiterConfig={"Delay": 2, "MaxAttempts": 150})
    except WaiterError as error:
        resources = cloudformation.describe_stack_resources(StackName=STACK)["StackResources"]
        unfinished = (resource for resource in resources if resource["ResourceStatus"] != "CREATE_COMPLETE")
        failed = ", ".join(resource["LogicalResourceId"] for resource in unfinished)
        raise LocalError(
            f"LocalStack could not create: {failed}. Tables want DynamoDB Local, which it fetches: without internet, "
            f"make check-localstack TABLES=moto"
        ) from error


def _compared(declared: dict[str, Any], created: dict[str, Any]) -> None:
    """Raise LocalError where a table is not what was declared."""
    expected = (
        declared["KeySchema"],
        sorted(index["IndexName"] for index in declared.get("GlobalSecondaryIndexes", [])),
        declared.get("StreamSpecification", {}).get("StreamViewType"),
    )
    actual = (
        created["KeySchema"],
        sorted(index["IndexName"] for index in created.get("GlobalSecondaryIndexes", [])),
        (created.get("StreamSpecification") or {}).get("StreamViewType"),
    )
    if expected != actual:
        raise LocalError(f"{created['TableName']} is {actual}, and was declared as {expected}")


def _agreed(running: Outputs, moto: str) -> None:
    """Run a definition by both interpreters over the same functions; raise LocalError where they differ."""
    request = urllib.request.Request(
        f"{moto}/moto-api/config", data=json.dumps({"stepfunctions": {"execute_state_machine": True}}).encode(),
        headers={"Content-Type": "application/json"},
    )  # fmt: skip
    urllib.request.urlopen(request).close()
    definition = machines.trial(running.functions["ops.health"])
    with step("Running a state machine by the emulator and by moto"):
        ours, theirs = (
            machines.outcome(_client("stepfunctions", place), "check", definition, INPUT)
            for place in (running.emulator_url, moto)
        )
    if ours != theirs or ours[0] != "SUCCEEDED":
        raise LocalError(f"The interpreters differ.\nemulator: {ours}\nmoto:     {theirs}")


def _client(service: str, place: str) -> Any:
    import boto3

    return boto3.client(
        service,  # type: ignore[call-overload]
        endpoint_url=place, region_name=REGION, aws_access_key_id="test", aws_secret_access_key="test",
    )  # fmt: skip


def _port(url: str) -> int:
    return urlsplit(url).port or 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except LocalError as error:
        complain(str(error))
        sys.exit(1)
