"""The stack is created when it is missing, updated when it stands, and made again when it never stood."""

from collections.abc import Sequence
from typing import Any

import pytest
from botocore.exceptions import ClientError

from infra.local.deploy import stack
from infra.local.settings import LocalError

MISSING = ClientError({"Error": {"Code": "ValidationError", "Message": "Stack belvedere does not exist"}}, "Describe")
SAME = ClientError({"Error": {"Code": "ValidationError", "Message": "No updates are to be performed."}}, "Update")


class FakeCloudFormation:
    """Walks through the statuses it is given, one a look; the last one stays."""

    def __init__(self, *statuses: str | None, unchanged: bool = False, events: Sequence[dict[str, Any]] = ()) -> None:
        self.statuses, self.unchanged, self.events = list(statuses), unchanged, events
        self.calls: list[str] = []

    def describe_stacks(self, **_: Any) -> dict[str, Any]:
        now = self.statuses.pop(0) if len(self.statuses) > 1 else self.statuses[0]
        if now is None:
            raise MISSING
        return {"Stacks": [{"StackStatus": now, "Outputs": [{"OutputKey": "ApiId", "OutputValue": "a1"}]}]}

    def create_stack(self, **request: Any) -> None:
        self.calls.append("create")
        self.request = request

    def update_stack(self, **_: Any) -> None:
        self.calls.append("update")
        if self.unchanged:
            raise SAME

    def delete_stack(self, **_: Any) -> None:
        self.calls.append("delete")

    def describe_stack_events(self, **_: Any) -> dict[str, Any]:
        return {"StackEvents": self.events}

    def get_paginator(self, _: str) -> Any:
        return self

    def paginate(self, **_: Any) -> list[dict[str, Any]]:
        function = {"ResourceType": "AWS::Lambda::Function", "LogicalResourceId": "F", "PhysicalResourceId": "f-1"}
        table = {"ResourceType": "AWS::DynamoDB::Table", "LogicalResourceId": "T", "PhysicalResourceId": "t-1"}
        return [{"StackResourceSummaries": [function, table]}]


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stack, "POLL_S", 0)


def deploy(cloudformation: FakeCloudFormation) -> stack.Deployed:
    return stack.deploy(cloudformation, "http://s3.test/bucket/template.json", {"Environment": "development"})


def test_a_missing_stack_is_created_with_its_parameters() -> None:
    cloudformation = FakeCloudFormation(None, "CREATE_IN_PROGRESS", "CREATE_COMPLETE")
    assert deploy(cloudformation) == stack.Deployed({"ApiId": "a1"}, {"F": "f-1"})
    assert cloudformation.calls == ["create"]
    assert cloudformation.request["Parameters"] == [{"ParameterKey": "Environment", "ParameterValue": "development"}]


@pytest.mark.parametrize("unchanged", [False, True])
def test_a_standing_stack_is_updated(unchanged: bool) -> None:
    cloudformation = FakeCloudFormation("CREATE_COMPLETE", "UPDATE_IN_PROGRESS", "UPDATE_COMPLETE", unchanged=unchanged)
    assert deploy(cloudformation).functions == {"F": "f-1"}
    assert cloudformation.calls == ["update"]


def test_a_stack_that_never_stood_is_made_again() -> None:
    cloudformation = FakeCloudFormation("ROLLBACK_COMPLETE", "DELETE_IN_PROGRESS", None, "CREATE_COMPLETE")
    deploy(cloudformation)
    assert cloudformation.calls == ["delete", "create"]


def test_a_failure_names_the_first_resource_that_failed() -> None:
    told = (("Api", "CREATE_FAILED", 2, "cancelled"), ("Table", "CREATE_FAILED", 1, "no room"), ("Q", "DONE", 0, ""))
    names = ("LogicalResourceId", "ResourceStatus", "Timestamp", "ResourceStatusReason")
    events = [dict(zip(names, one, strict=True)) for one in told]
    with pytest.raises(LocalError, match=r"ROLLBACK_COMPLETE\. Table: no room"):
        deploy(FakeCloudFormation(None, "ROLLBACK_COMPLETE", events=events))
