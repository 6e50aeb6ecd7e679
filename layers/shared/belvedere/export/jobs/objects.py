"""Files of export jobs in S3: where they are, and writing one of any size in bounded memory.

    <workspace>/<job>/<attempt>/plan.json            what the parts are
    <workspace>/<job>/<attempt>/parts/000017         what part 17 wrote
    <workspace>/<job>/<attempt>/file/<name>          the finished file

What a job leaves behind is deleted by its prefix; what even that misses, and uploads that nobody finished, by the
bucket's lifecycle.
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from urllib.parse import quote

from belvedere.errors import Unavailable

PART_BYTES = 8 * 1024 * 1024  # S3 takes no part but the last below 5 MiB
CHUNK_BYTES = 1024 * 1024
LINK_S = 300


@dataclass(frozen=True)
class AttemptFiles:
    """The objects of one attempt at a job."""

    s3: Any
    bucket: str
    workspace: str
    job_id: str
    number: int

    @property
    def prefix(self) -> str:
        """What the keys of its objects begin with; a workspace's name has no slash."""
        return f"{job_prefix(self.workspace, self.job_id)}{self.number}/"

    @property
    def plan_key(self) -> str:
        """Where the plan is."""
        return f"{self.prefix}plan.json"

    def part_key(self, number: int) -> str:
        """Where a part is."""
        return f"{self.prefix}parts/{number:06d}"

    def file_key(self, name: str) -> str:
        """Where the finished file is."""
        return f"{self.prefix}file/{name}"

    def put(self, key: str, body: bytes) -> None:
        """Write a small object."""
        self.s3.put_object(Bucket=self.bucket, Key=key, Body=body)

    def get(self, key: str) -> bytes:
        """Read a small object."""
        return bytes(self.s3.get_object(Bucket=self.bucket, Key=key)["Body"].read())

    def chunks(self, key: str) -> Iterator[bytes]:
        """Read an object of any size."""
        yield from self.s3.get_object(Bucket=self.bucket, Key=key)["Body"].iter_chunks(CHUNK_BYTES)

    def upload(self, key: str) -> "Upload":
        """Write an object of any size."""
        return Upload(self.s3, self.bucket, key)

    def link(self, key: str, name: str, media_type: str) -> str:
        """A link to an object that works for LINK_S seconds, and under which it is a file of this name."""
        named = f"attachment; filename=\"{name}\"; filename*=UTF-8''{quote(name, safe='')}"
        request = {
            "Bucket": self.bucket, "Key": key, "ResponseContentDisposition": named, "ResponseContentType": media_type,
        }  # fmt: skip
        return str(self.s3.generate_presigned_url("get_object", Params=request, ExpiresIn=LINK_S))

    def delete_parts(self) -> None:
        """Delete all but the finished file, and end every upload: by then it is of a step that was killed."""
        abort_uploads(self.s3, self.bucket, self.prefix)
        delete_objects(self.s3, self.bucket, f"{self.prefix}parts/")
        self.s3.delete_object(Bucket=self.bucket, Key=self.plan_key)

    def delete_all(self) -> None:
        """Delete everything, uploads that were not finished as well."""
        delete_prefix(self.s3, self.bucket, self.prefix)


def job_prefix(workspace: str, job_id: str) -> str:
    """What the keys of all attempts at a job begin with."""
    return f"{workspace}/{job_id}/"


def delete_prefix(s3: Any, bucket: str, prefix: str) -> None:
    """End the uploads to keys that begin so, and delete the objects. Raises Unavailable where one is left."""
    abort_uploads(s3, bucket, prefix)
    delete_objects(s3, bucket, prefix)


def abort_uploads(s3: Any, bucket: str, prefix: str) -> None:
    """End the uploads to keys that begin so."""
    for page in s3.get_paginator("list_multipart_uploads").paginate(Bucket=bucket, Prefix=prefix):
        for upload in page.get("Uploads", []):
            abort_upload(s3, Bucket=bucket, Key=upload["Key"], UploadId=upload["UploadId"])


def abort_upload(s3: Any, **upload: str) -> None:
    """End an upload, unless it has ended meanwhile."""
    with suppress(s3.exceptions.NoSuchUpload):
        s3.abort_multipart_upload(**upload)


def delete_objects(s3: Any, bucket: str, prefix: str) -> None:
    """Delete the objects whose keys begin so. Raises Unavailable where one is left."""
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
        if keys := [{"Key": item["Key"]} for item in page.get("Contents", [])]:
            answer = s3.delete_objects(Bucket=bucket, Delete={"Objects": keys, "Quiet": True})
            if errors := answer.get("Errors"):
                raise Unavailable(f"{len(errors)} objects of exports cannot be deleted now: {errors[0].get('Code')}")


class Upload:
    """A file that is being written to S3: `write` as often as wanted, then `finish`, or `abort`.

    It holds one part in memory. An object of less than one part is put whole.
    """

    closed = False  # for writers that ask a file

    def __init__(self, s3: Any, bucket: str, key: str) -> None:
        self._s3 = s3
        self._where = {"Bucket": bucket, "Key": key}
        self._buffer = bytearray()
        self._upload_id: str | None = None
        self._parts: list[dict[str, Any]] = []
        self._hash = sha256()
        self.bytes = 0

    def write(self, data: Any) -> int:
        """Add bytes; how many. Whole parts leave at once."""
        view = memoryview(data).cast("B")
        self._buffer += view
        self._hash.update(view)
        self.bytes += len(view)
        while len(self._buffer) >= PART_BYTES:
            self._send(bytes(self._buffer[:PART_BYTES]))
            del self._buffer[:PART_BYTES]
        return len(view)

    def flush(self) -> None:
        """Parts leave when they are whole."""

    @property
    def sha256(self) -> str:
        """Of what was written so far."""
        return self._hash.hexdigest()

    def finish(self) -> None:
        """Make the object."""
        if self._upload_id is None:
            self._s3.put_object(**self._where, Body=bytes(self._buffer))
            return
        if self._buffer:
            self._send(bytes(self._buffer))
        self._s3.complete_multipart_upload(
            **self._where, UploadId=self._upload_id, MultipartUpload={"Parts": self._parts}
        )

    def abort(self) -> None:
        """Leave nothing behind."""
        if self._upload_id is not None:
            abort_upload(self._s3, **self._where, UploadId=self._upload_id)

    def __enter__(self) -> "Upload":
        return self

    def __exit__(self, failed: object, *_: object) -> None:
        if failed is not None:
            return self.abort()
        try:
            self.finish()
        except BaseException:
            self.abort()
            raise

    def _send(self, body: bytes) -> None:
        if self._upload_id is None:
            self._upload_id = str(self._s3.create_multipart_upload(**self._where)["UploadId"])
        number = len(self._parts) + 1
        sent = self._s3.upload_part(**self._where, UploadId=self._upload_id, PartNumber=number, Body=body)
        self._parts.append({"ETag": sent["ETag"], "PartNumber": number})
