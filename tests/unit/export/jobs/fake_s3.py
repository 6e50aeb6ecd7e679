"""S3 in memory, as strict as AWS where the emulator is not: no part but the last has less than 5 MiB."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

LEAST_PART = 5 * 1024 * 1024


class NoSuchUpload(Exception):
    """The upload was completed or aborted, or there never was one."""


class FakeS3:
    """Objects by key, and uploads that are not finished by their id; keys that are `undeletable` stay."""

    exceptions = SimpleNamespace(NoSuchUpload=NoSuchUpload)
    completes = True

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}
        self.uploads: dict[str, dict[int, bytes]] = {}
        self.keys: dict[str, str] = {}
        self.undeletable: set[str] = set()

    def put_object(self, *, Bucket: str, Key: str, Body: bytes) -> None:
        self.objects[Key] = bytes(Body)

    def create_multipart_upload(self, *, Bucket: str, Key: str) -> dict[str, str]:
        upload = f"upload-{len(self.keys)}"
        self.uploads[upload], self.keys[upload] = {}, Key
        return {"UploadId": upload}

    def upload_part(self, *, Bucket: str, Key: str, UploadId: str, PartNumber: int, Body: bytes) -> dict[str, str]:
        self.uploads[UploadId][PartNumber] = bytes(Body)
        return {"ETag": f"etag-{PartNumber}"}

    def complete_multipart_upload(self, *, Bucket: str, Key: str, UploadId: str, MultipartUpload: Any) -> None:
        if not self.completes:
            raise ConnectionError("no answer")
        parts = self.uploads.pop(UploadId)
        numbers = [part["PartNumber"] for part in MultipartUpload["Parts"]]
        assert numbers == sorted(parts), "each part is named, in order"
        assert all(len(parts[number]) >= LEAST_PART for number in numbers[:-1]), "EntityTooSmall"
        self.objects[Key] = b"".join(parts[number] for number in numbers)

    def abort_multipart_upload(self, *, Bucket: str, Key: str, UploadId: str) -> None:
        if self.uploads.pop(UploadId, None) is None:
            raise NoSuchUpload

    def delete_object(self, *, Bucket: str, Key: str) -> None:
        self.objects.pop(Key, None)

    def delete_objects(self, *, Bucket: str, Delete: Any) -> dict[str, Any]:
        keys = {entry["Key"] for entry in Delete["Objects"]}
        for key in keys - self.undeletable:
            self.objects.pop(key, None)
        return {"Errors": [{"Key": key, "Code": "InternalError"} for key in sorted(keys & self.undeletable)]}

    def get_paginator(self, operation: str) -> "Pages":
        return Pages(self, operation)


class Pages:
    """Pages of one entry each."""

    def __init__(self, s3: FakeS3, operation: str) -> None:
        self._s3, self._operation = s3, operation

    def paginate(self, *, Bucket: str, Prefix: str) -> Iterator[dict[str, Any]]:
        if self._operation == "list_objects_v2":
            yield from ({"Contents": [{"Key": key}]} for key in list(self._s3.objects) if key.startswith(Prefix))
            return
        for upload in list(self._s3.uploads):
            if (key := self._s3.keys[upload]).startswith(Prefix):
                yield {"Uploads": [{"Key": key, "UploadId": upload}]}
