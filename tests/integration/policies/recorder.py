"""Watches every AWS call of this process and notes the permission that it needs; the emulator asks for none.

Calls of Lambda, and messages to connections, go nowhere: they are noted and answered, or fail where a scenario wants
that. The secret that tokens are signed with is always the same.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

import orjson
import pytest
from botocore.client import BaseClient
from botocore.exceptions import EndpointConnectionError

from belvedere.boards.productivity.stats.correlation import correlations
from belvedere.storage.connections_api import ConnectionsApi
from belvedere.storage.lean.reads import LeanReads
from tests.contract.fixtures import BUCKET
from tests.integration.policies.permissions import Permission

SECRET = "what a deployment's tokens are signed with"
ANSWERS = {"ProductivityAssociationFunction": orjson.dumps(correlations([], []))}
TRANSACTED = {
    "Put": "PutItem", "Update": "UpdateItem", "Delete": "DeleteItem", "ConditionCheck": "ConditionCheckItem",
    "Get": "GetItem",
}  # fmt: skip

OF_FILES = {
    "PutObject": "s3:PutObject", "CreateMultipartUpload": "s3:PutObject", "UploadPart": "s3:PutObject",
    "CompleteMultipartUpload": "s3:PutObject", "AbortMultipartUpload": "s3:AbortMultipartUpload",
    "GetObject": "s3:GetObject", "DeleteObject": "s3:DeleteObject", "DeleteObjects": "s3:DeleteObject",
    "ListObjectsV2": "s3:ListBucket", "ListMultipartUploads": "s3:ListBucketMultipartUploads",
}  # fmt: skip


@dataclass
class Recorder:
    """Permissions that were needed; `tables` are the logical ids of the tables by their names."""

    tables: Mapping[str, str]
    needed: set[Permission] = field(default_factory=set)
    lambda_fails: bool = False
    gone: set[str] = field(default_factory=set)
    machine_fails: bool = False

    @contextmanager
    def watching(self) -> Iterator["Recorder"]:
        """Note what happens inside the block."""
        call = BaseClient._make_api_call

        def noted(client: Any, operation: str, parameters: dict[str, Any]) -> Any:
            service = client.meta.service_model.service_name
            self.needed |= set(self._permissions(service, operation, parameters))
            if service == "secretsmanager":
                return {"SecretString": SECRET}
            if service in ("s3", "dynamodb"):  # the logical name of a bucket is no name of a bucket
                return call(client, operation, parameters | ({"Bucket": BUCKET} if service == "s3" else {}))
            if service == "stepfunctions":
                return self._executed()
            if self.lambda_fails and parameters.get("InvocationType") == "Event":  # where nobody waits for an answer
                raise EndpointConnectionError(endpoint_url="lambda")
            return {"StatusCode": 202, "Payload": BytesIO(ANSWERS.get(parameters["FunctionName"], b"{}"))}

        asked = LeanReads._attempt

        def noted_lean(reads: LeanReads, operation: str, body: bytes) -> Any:
            self.needed |= set(self._permissions("dynamodb", operation, orjson.loads(body)))
            return asked(reads, operation, body)

        def ended(_: ConnectionsApi, connection_id: str) -> int:
            self.needed.add(("execute-api:ManageConnections", "WebSocketApi/end"))
            return 410 if connection_id in self.gone else 204

        def posted(_: ConnectionsApi, connection_id: str, payload: bytes) -> int:
            self.needed.add(("execute-api:ManageConnections", "WebSocketApi"))
            return 410 if connection_id in self.gone else 200

        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(BaseClient, "_make_api_call", noted)
            patched.setattr(ConnectionsApi, "post", posted)
            patched.setattr(ConnectionsApi, "end", ended)
            patched.setattr(LeanReads, "_attempt", noted_lean)
            yield self

    def _executed(self) -> dict[str, str]:
        if self.machine_fails:
            raise EndpointConnectionError(endpoint_url="states")
        return {"status": "RUNNING"}

    def _permissions(self, service: str, operation: str, parameters: dict[str, Any]) -> Iterator[Permission]:
        if service == "lambda":
            assert operation == "Invoke"
            yield "lambda:InvokeFunction", parameters["FunctionName"]
            return
        if service == "secretsmanager":
            assert operation == "GetSecretValue"
            yield "secretsmanager:GetSecretValue", parameters["SecretId"]
            return
        if service == "s3":
            yield OF_FILES[operation], parameters["Bucket"] + ("" if operation.startswith("List") else "/*")
            return
        if service == "stepfunctions":
            executions = "" if operation == "StartExecution" else "/executions"
            yield f"states:{operation}", f"ExportStateMachine{executions}"
            return
        assert service == "dynamodb", f"{service} is called, and nobody has said what that needs"
        match operation:
            case "TransactWriteItems" | "TransactGetItems":
                for item in parameters["TransactItems"]:
                    ((kind, action),) = item.items()
                    yield f"dynamodb:{TRANSACTED[kind]}", self.tables[action["TableName"]]
            case "BatchGetItem" | "BatchWriteItem":
                for table in parameters["RequestItems"]:
                    yield f"dynamodb:{operation}", self.tables[table]
            case _:
                index = f"/index/{parameters['IndexName']}" if "IndexName" in parameters else ""
                yield f"dynamodb:{operation}", self.tables[parameters["TableName"]] + index
