"""Our signatures are botocore's."""

from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import botocore.auth
import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from hypothesis import given
from hypothesis import strategies as st

from belvedere.storage.lean.signing import signed_headers, signed_request

SENT = ("content-type", "host", "x-amz-date", "x-amz-security-token", "x-amz-target")
words = st.text("abcXYZ019/+=-", min_size=1, max_size=40)
moments = st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))


@given(
    st.builds(Credentials, words, words, st.none() | words),
    moments,
    st.binary(max_size=200),
    st.sampled_from(["us-east-1", "eu-central-1"]),
    st.sampled_from(["Query", "GetItem"]),
)
def test_every_call_is_signed_as_botocore_signs_it(
    credentials: Credentials, now: datetime, body: bytes, region: str, operation: str
) -> None:
    host = f"dynamodb.{region}.amazonaws.com"
    mine = signed_headers(f"DynamoDB_20120810.{operation}", body, credentials, host=host, region=region, now=now)
    assert mine["authorization"] == by_botocore(mine, body, credentials, region, now)
    assert ("x-amz-security-token" in mine) == bool(credentials.token)


@given(
    st.builds(Credentials, words, words, st.none() | words),
    moments,
    st.text("aZ09_=+/@~ -", min_size=1),
    st.sampled_from([("POST", b"{}"), ("DELETE", b"")]),
)
def test_a_path_with_anything_in_it_is_signed_as_botocore_signs_it(
    credentials: Credentials, now: datetime, connection: str, asked: tuple[str, bytes]
) -> None:
    path = f"/live/%40connections/{quote(connection, safe='')}"
    more = {"content-type": "application/octet-stream"}
    host = "abc.execute-api.eu-central-1.amazonaws.com"
    method, body = asked
    mine = signed_request(
        method, "execute-api", path, more, body, credentials, host=host, region="eu-central-1", now=now
    )
    theirs = by_botocore(mine, body, credentials, "eu-central-1", now, "execute-api", path, method)
    assert mine["authorization"] == theirs


def by_botocore(
    headers: dict[str, str], body: bytes, credentials: Credentials, region: str, now: datetime,
    service: str = "dynamodb", path: str = "/", method: str = "POST",
) -> Any:  # fmt: skip
    """The authorization that botocore gives a request with these headers at that moment."""
    kept = {name: headers[name] for name in headers if name in SENT and name not in ("host", "x-amz-date")}
    request = AWSRequest(method, f"https://{headers['host']}{path}", kept, body)
    with pytest.MonkeyPatch.context() as patched:
        for clock in ("get_current_datetime",):
            patched.setattr(botocore.auth, clock, lambda *_, **__: now.replace(tzinfo=None))
        SigV4Auth(credentials, service, region).add_auth(request)
    return request.headers["Authorization"]
