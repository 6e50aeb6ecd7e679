"""Puts built code where CloudFormation finds it: each distinct folder is compiled, zipped and uploaded once.

`sam package` does this too, one upload per function; here functions that share their code share one object.
"""

import compileall
import hashlib
import io
import json
import zipfile
from pathlib import Path
from py_compile import PycInvalidationMode
from typing import Any

from infra.local.deploy import templates
from infra.local.deploy.sources import files_under

BUCKET = "belvedere-artifacts"
CODE = {"AWS::Serverless::Function": "CodeUri", "AWS::Serverless::LayerVersion": "ContentUri"}
DEFINITION, MACHINE = "DefinitionUri", "AWS::Serverless::StateMachine"
LONG_AGO = (1980, 1, 1, 0, 0, 0)


def publish(template: dict[str, Any], build_dir: Path, s3: Any) -> int:
    """Upload what is not there yet and point the template at it; returns how many objects the template uses."""
    _make_bucket(s3)
    known: set[str] = set()
    for resource in template["Resources"].values():
        if (where := CODE.get(resource["Type"])) is None:
            continue
        folder = build_dir / resource["Properties"][where]
        key = f"{content_hash(folder)}.zip"
        if key not in known and not _exists(s3, key):
            s3.put_object(Bucket=BUCKET, Key=key, Body=zipped(folder))
        known.add(key)
        resource["Properties"][where] = {"Bucket": BUCKET, "Key": key}
    return len(known) + _publish_definitions(template, build_dir, s3)


def _publish_definitions(template: dict[str, Any], build_dir: Path, s3: Any) -> int:
    """Upload the definitions of state machines, as JSON, as the emulator reads them; how many."""
    machines = [resource for resource in template["Resources"].values() if resource["Type"] == MACHINE]
    for machine in machines:
        body = json.dumps(templates.load(build_dir / machine["Properties"][DEFINITION])).encode()
        key = f"{hashlib.sha256(body).hexdigest()}.asl.json"
        s3.put_object(Bucket=BUCKET, Key=key, Body=body)
        machine["Properties"][DEFINITION] = {"Bucket": BUCKET, "Key": key}
    return len(machines)


def store_template(template: dict[str, Any], s3: Any, endpoint: str) -> str:
    """Where CloudFormation finds the template: inline it takes 51,200 bytes, and ours is longer."""
    body = json.dumps(template).encode()
    key = f"{hashlib.sha256(body).hexdigest()}.template.json"
    s3.put_object(Bucket=BUCKET, Key=key, Body=body)
    return f"{endpoint.rstrip('/')}/{BUCKET}/{key}"


def content_hash(folder: Path) -> str:
    """Names a folder by the files in it, compiled ones aside: those follow from the others."""
    digest = hashlib.sha256()
    for file in files_under(folder):
        digest.update(f"\0{file.relative_to(folder)}\0".encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()


def zipped(folder: Path) -> bytes:
    """The folder as a zip, stored (it is read on the same machine), with .pyc that stay valid after unpacking.

    Unpacking gives files new times, so an ordinary .pyc would be compiled again at every cold start.
    """
    compileall.compile_dir(
        folder, quiet=2, stripdir=str(folder), invalidation_mode=PycInvalidationMode.UNCHECKED_HASH, workers=1
    )
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for file in sorted(path for path in folder.rglob("*") if path.is_file()):
            entry = zipfile.ZipInfo(str(file.relative_to(folder)), LONG_AGO)
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, file.read_bytes())
    return buffer.getvalue()


def _make_bucket(s3: Any) -> None:
    """Have the bucket; in most regions it is an error to make one's own again."""
    from botocore.exceptions import ClientError

    try:
        s3.create_bucket(Bucket=BUCKET)
    except ClientError as error:
        if error.response["Error"]["Code"] != "BucketAlreadyOwnedByYou":
            raise


def _exists(s3: Any, key: str) -> bool:
    return bool(s3.list_objects_v2(Bucket=BUCKET, Prefix=key, MaxKeys=1).get("KeyCount"))
