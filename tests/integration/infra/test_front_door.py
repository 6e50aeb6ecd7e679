"""One origin: the HTTP API passed through untouched, and errors in the one envelope."""

import asyncio
import gzip
import time
from typing import Any

import pytest
from aiohttp import ClientPayloadError, ClientSession
from aiohttp.test_utils import TestServer
from yarl import URL

from belvedere.http.routes import ROUTES
from infra.local.front_door import files
from infra.local.front_door.event_stream import PATHS, REFUSALS_S
from infra.local.front_door.server import Upstream, front_door
from tests.integration.infra.conftest import FakeApi, serving

ENVELOPE = {"error", "detail", "code", "timestamp", "request_id"}


async def echoed(client: ClientSession, door: TestServer, method: str, path: str, **kwargs: Any) -> dict[str, Any]:
    async with client.request(method, URL(str(door.make_url("")) + path, encoded=True), **kwargs) as answer:
        return dict(await answer.json())


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_the_root_is_the_apis_to_answer(client: ClientSession, door: TestServer, method: str) -> None:
    told = await echoed(client, door, method, "/", headers={"Accept": "text/html"})
    assert (told["raw_path"], told["headers"]["accept"]) == ("/api/", "text/html")


@pytest.mark.parametrize(
    "path",
    [
        "/dashboard/summary?start_date=2021-01-01T00:00:00Z&end_date=2022-05-01T00:00:00%2B02:00",
        "/v1/a%2Fb/c%20d/%E2%82%AC?q=%26&q=2&empty=&plus=a+b",
        "/v1//double//slash/",
        "/v1/percent%2525",
    ],
)
async def test_path_and_query_arrive_as_they_were_sent(client: ClientSession, door: TestServer, path: str) -> None:
    assert (await echoed(client, door, "GET", path))["raw_path"] == "/api" + path


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
async def test_method_and_body_pass(client: ClientSession, door: TestServer, method: str) -> None:
    body = bytes(range(256)) * 4000
    told = await echoed(client, door, method, "/v1/events", data=body)
    assert (told["method"], told["body"].encode("latin-1")) == (method, body)
    assert told["headers"]["content-length"] == str(len(body))


async def test_a_body_of_unknown_length_passes(client: ClientSession, door: TestServer) -> None:
    async def pieces() -> Any:
        yield b"one"
        yield b"two"

    assert (await echoed(client, door, "POST", "/v1/events", data=pieces()))["body"] == "onetwo"


@pytest.mark.parametrize("body", [gzip.compress(b"[]" * 500), b"\x1f\x8bnot really"], ids=["gzip", "broken gzip"])
async def test_a_compressed_body_stays_compressed(client: ClientSession, door: TestServer, body: bytes) -> None:
    told = await echoed(client, door, "POST", "/v1/events", data=body, headers={"Content-Encoding": "gzip"})
    assert told["headers"]["content-encoding"] == "gzip"
    assert told["body"].encode("latin-1") == body


async def test_the_upstream_learns_where_a_request_came_from(client: ClientSession, door: TestServer) -> None:
    headers = (await echoed(client, door, "GET", "/x", headers={"X-Forwarded-For": "203.0.113.9"}))["headers"]
    assert headers["x-forwarded-for"] == "203.0.113.9, 127.0.0.1"
    assert headers["x-forwarded-host"] == f"127.0.0.1:{door.port}"
    assert headers["x-forwarded-proto"] == "http"


async def test_headers_of_the_connection_stay_behind(client: ClientSession, door: TestServer) -> None:
    sent = {"Connection": "keep-alive, X-Hop", "X-Hop": "1", "TE": "trailers", "X-API-Key": "k"}
    async with client.get(door.make_url("/x"), headers=sent) as answer:
        arrived = (await answer.json())["headers"]
        assert "keep-alive" not in answer.headers
    assert not {"x-hop", "te", "connection"} & arrived.keys()
    assert arrived["x-api-key"] == "k"


async def test_nothing_is_added_that_the_client_did_not_send(client: ClientSession, door: TestServer) -> None:
    silent = ("Accept", "Accept-Encoding", "User-Agent")
    async with client.get(door.make_url("/x"), skip_auto_headers=silent) as answer:
        arrived = (await answer.json())["headers"]
    assert not {"accept", "accept-encoding", "user-agent"} & arrived.keys()


async def test_status_and_headers_come_back(client: ClientSession, door: TestServer) -> None:
    async with client.get(door.make_url("/x")) as answer:
        assert answer.status == 418
        assert answer.headers["X-Read-Units"] == "1.5"
        assert answer.headers.getall("Set-Cookie") == ["a=1", "b=2"]


async def test_a_redirect_is_the_client_s_to_follow(client: ClientSession, door: TestServer) -> None:
    async with client.get(door.make_url("/redirect"), allow_redirects=False) as answer:
        assert (answer.status, answer.headers["Location"]) == (302, "/elsewhere")


async def test_an_event_arrives_before_the_next_one_is_sent(
    client: ClientSession, door: TestServer, api: FakeApi
) -> None:
    async with client.get(door.make_url("/stream")) as answer:
        assert await answer.content.readuntil(b"\n\n") == b"data: first\n\n"
        api.go_on.set()  # the second is not even written before the first was read
        assert await answer.content.readuntil(b"\n\n") == b"data: second\n\n"


async def test_a_client_that_leaves_ends_its_stream(client: ClientSession, door: TestServer, api: FakeApi) -> None:
    answer = await client.get(door.make_url("/stream"))
    await answer.content.readuntil(b"\n\n")
    answer.close()
    await api.abandoned.wait()


async def test_half_an_answer_is_not_passed_off_as_a_whole_one(client: ClientSession, door: TestServer) -> None:
    async with client.get(door.make_url("/broken")) as answer:
        with pytest.raises(ClientPayloadError):
            await answer.read()


async def test_no_upstream_is_a_503_in_the_envelope(client: ClientSession, nowhere: str) -> None:
    async with serving(front_door(Upstream(nowhere, None))) as door, client.get(door.make_url("/health")) as answer:
        problem = await answer.json()
    assert answer.status == 503
    assert problem.keys() == ENVELOPE
    assert problem["code"] == "SERVICE_UNAVAILABLE"
    assert problem["request_id"] == answer.headers["X-Request-ID"]


FOREIGN = [{"Origin": "https://evil.test"}, {"Origin": "null"}, {"Host": "evil.test"}, {"Sec-Fetch-Site": "cross-site"}]


@pytest.mark.parametrize("headers", FOREIGN)
async def test_a_page_of_another_origin_is_refused(
    client: ClientSession, door: TestServer, headers: dict[str, str]
) -> None:
    async with client.get(door.make_url("/x"), headers=headers) as answer:
        problem = await answer.json()
    assert (answer.status, problem["code"], problem.keys()) == (403, "FORBIDDEN", ENVELOPE)


async def test_an_origin_that_was_allowed_may_ask(client: ClientSession, upstream: TestServer) -> None:
    there = Upstream(str(upstream.make_url("/api")), origins=("https://app.test",))
    async with serving(front_door(there)) as door:
        for origin, status in (("https://app.test", 418), ("http://localhost:5173", 418), ("https://evil.test", 403)):
            async with client.get(door.make_url("/x"), headers={"Origin": origin}) as answer:
                assert answer.status == status, origin


@pytest.mark.parametrize(
    ("kind", "letter", "times", "taken"),
    [
        ("application/json", b"x", 6_200_000, True),
        ("application/json", b"x", 6_291_556, False),
        ("application/json", b'"', 3_100_000, True),
        ("application/json", b'"', 3_200_000, False),
        ("application/x-ndjson", b"x", 4_700_000, True),
        ("application/x-ndjson", b"x", 4_720_000, False),
        ("text/plain", b"x", 20_000_000, False),
    ],
)
async def test_what_lambda_would_not_be_given_is_refused(
    client: ClientSession, door: TestServer, kind: str, letter: bytes, times: int, taken: bool
) -> None:
    headers = {"Content-Type": kind}
    async with client.post(door.make_url("/v1/events"), data=letter * times, headers=headers) as answer:
        told = await answer.json()
    assert (answer.status, told.get("code")) == ((418, None) if taken else (413, "PAYLOAD_TOO_LARGE"))


@pytest.mark.parametrize(("path", "status"), [("/x/a%3Fb", 400), ("/x/a%3fb?q=1", 400), ("/x/a?q=%3F", 418)])
async def test_a_path_that_api_gateway_would_cut_off_is_refused(
    client: ClientSession, door: TestServer, path: str, status: int
) -> None:
    async with client.get(URL(str(door.make_url("")) + path, encoded=True)) as answer:
        assert answer.status == status


@pytest.mark.parametrize(
    ("status", "said", "code"),
    [
        (502, "Task timed out after 30.00 seconds", (504, "TIMEOUT")),
        (500, "Internal Server Error", (500, "INTERNAL_ERROR")),
        (502, "Worker process died", (502, "BAD_GATEWAY")),
        (429, "Rate Exceeded", (429, "RATE_LIMIT_EXCEEDED")),
        (413, "Request Too Long", (413, "PAYLOAD_TOO_LARGE")),
    ],
)
async def test_what_the_gateway_says_itself_is_told_in_the_envelope(
    client: ClientSession, door: TestServer, status: int, said: str, code: tuple[int, str]
) -> None:
    async with client.get(door.make_url(f"/failed/{status}"), params={"said": said}) as answer:
        problem = await answer.json()
    assert (answer.status, problem["code"]) == code
    assert problem.keys() == ENVELOPE
    assert said not in str(problem)


async def test_the_error_of_a_function_passes_as_it_is(client: ClientSession, door: TestServer) -> None:
    async with client.get(door.make_url("/failed/504"), params={"said": "mine", "function": "1"}) as answer:
        assert (answer.status, await answer.json()) == (504, {"message": "mine"})


FAILURE = 'event: error\ndata: {"code": "DATABASE_ERROR"}'


@pytest.mark.parametrize(("query", "told"), [("", "id: 1\ndata: {}"), ("?fails=1", FAILURE)])
async def test_an_event_stream_begins_before_its_function_answers(
    client: ClientSession, api: FakeApi, door: TestServer, query: str, told: str
) -> None:
    async with client.get(door.make_url(f"/dashboard/stream{query}")) as answer:
        assert (answer.status, answer.content_type) == (200, "text/event-stream")
        assert (await answer.content.readline()).startswith(b":")
        api.go_on.set()
        assert (await answer.text()).strip() == told


async def test_a_stream_that_is_refused_has_the_functions_own_status(client: ClientSession, door: TestServer) -> None:
    async with client.get(door.make_url("/dashboard/stream?refused=1")) as answer:
        assert (answer.status, await answer.json()) == (401, {"code": "UNAUTHORIZED"})


PAGE = "http://localhost:3000"


@pytest.mark.parametrize(("origins", "told"), [((), "*"), (("*",), "*"), (("http://a.test", PAGE), PAGE)])
async def test_a_page_of_another_origin_that_may_read_waits_no_longer(
    client: ClientSession, api: FakeApi, upstream: TestServer, origins: tuple[str, ...], told: str
) -> None:
    there = Upstream(str(upstream.make_url("/api")), origins=origins)
    async with (
        serving(front_door(there)) as door,
        client.get(door.make_url("/dashboard/stream"), headers={"Origin": PAGE}) as answer,
    ):
        assert (answer.status, answer.headers["Access-Control-Allow-Origin"]) == (200, told)
        assert (await answer.content.readline()).startswith(b":")
        api.go_on.set()
        assert (await answer.text()).strip() == "id: 1\ndata: {}"


async def test_a_page_of_another_origin_that_may_not_read_waits_for_the_api_to_say_so(
    client: ClientSession, api: FakeApi, upstream: TestServer
) -> None:
    there = Upstream(str(upstream.make_url("/api")), origins=("https://app.test",))
    async with serving(front_door(there)) as door:
        asking = asyncio.ensure_future(client.get(door.make_url("/dashboard/stream"), headers={"Origin": PAGE}))
        await asyncio.wait({asking}, timeout=2 * REFUSALS_S)
        assert not asking.done()
        api.go_on.set()
        async with await asking as answer:
            assert "Access-Control-Allow-Origin" not in answer.headers
            assert await answer.text() == "id: 1\ndata: {}\n\n"


def test_the_streams_are_routes() -> None:
    assert set(PATHS) <= {route.path for route in ROUTES if route.method == "GET"}


JOB = "/belvedere-exportbucket-1/demo/exp_0123456789abcdef01234567/1"
SIGNED = "response-content-disposition=x%3Dy&X-Amz-Expires=900&X-Amz-Signature=00"
FILE = f"{JOB}/file/a%20b.csv?{SIGNED}"


def at_the_door(upstream: TestServer, file: str = FILE, now_s: float | None = None) -> str:
    """What the door makes of a link to a file of the emulator."""
    link = str(upstream.make_url("")).rstrip("/") + file
    return files.at_the_door(link, str(upstream.make_url("/api")), time.time() if now_s is None else now_s)


async def test_a_link_to_an_exported_file_leads_to_the_door_and_the_file_passes(
    client: ClientSession, upstream: TestServer, door: TestServer
) -> None:
    link = at_the_door(upstream)
    assert link.startswith(f"/_files{FILE}&")
    assert (await echoed(client, door, "GET", link))["raw_path"] == FILE
    escaped = link.replace("a%20b", "%61%20b")
    assert (await echoed(client, door, "GET", escaped))["raw_path"] == FILE.replace("a%20b", "%61%20b")


@pytest.mark.parametrize(
    ("part", "other"),
    [("a%20b.csv", "c.csv"), ("/demo/", "/other/"), ("x%3Dy", "z"), ("door-expires=", "door-expires=9")],
)
async def test_a_link_that_the_door_did_not_hand_out_is_the_apis_to_answer(
    client: ClientSession, upstream: TestServer, door: TestServer, part: str, other: str
) -> None:
    changed = at_the_door(upstream).replace(part, other)
    assert (await echoed(client, door, "GET", changed))["raw_path"] == f"/api{changed}"


def test_a_link_lasts_as_long_as_it_says(upstream: TestServer) -> None:
    link = at_the_door(upstream, now_s=1_000)
    assert files.opens(link, 1_899)
    assert not files.opens(link, 1_900)


@pytest.mark.parametrize(
    "file",
    [
        f"{JOB}/plan.json?{SIGNED}",
        f"{JOB}/parts/000000?{SIGNED}",
        f"/belvedere-artifacts/demo/exp_0123456789abcdef01234567/1/file/a.csv?{SIGNED}",
        FILE.replace("X-Amz-Expires=900&", ""),
    ],
)
def test_the_door_hands_out_only_finished_files_by_links_that_expire(upstream: TestServer, file: str) -> None:
    assert at_the_door(upstream, file) == str(upstream.make_url("")).rstrip("/") + file


@pytest.mark.parametrize(
    "path",
    [
        f"/_files{FILE}",
        "/_files/belvedere-artifacts/code.zip?X-Amz-Signature=00",
        "/_files/belvedere-exportbucket-1/demo/a.csv",
        "/_files/2015-03-31/functions?X-Amz-Signature=00",
    ],
)
async def test_nothing_else_of_the_emulator_passes_that_way(client: ClientSession, door: TestServer, path: str) -> None:
    assert (await echoed(client, door, "GET", path))["raw_path"] == f"/api{path}", "the API has to answer it"


def test_a_redirection_elsewhere_stays_as_it_is() -> None:
    for location in ("https://example.com/a?X-Amz-Signature=0", "/dashboard", "http://127.0.0.1:1/other?a=b"):
        assert files.at_the_door(location, "http://127.0.0.1:1/api", now_s=0) == location
