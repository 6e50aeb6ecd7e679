"""A log of traces with every alias and every defect that such logs have: each line, its reason, what it comes to.

`told` are the parts of the event that a line is here for; None where it is no event of the stack, and then `reason` is
part of why.
"""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

Json = dict[str, Any]
AT = "2024-03-04T12:00:00Z"  # the moment of a line that does not say otherwise


class Line(NamedTuple):
    """One line of the log."""

    why: str
    text: str
    told: Json | None
    reason: str = ""


def trace(**fields: Any) -> Json:
    """A complete line in LiteLLM's form; a field that is `...` is left out."""
    whole = {
        "timestamp": AT,
        "usage": {"input_tokens": 30, "output_tokens": 70},
        "metadata": {"session_id": "session-a", "developer_id": "dev-1"},
        "attributes": {"llm.model_name": "anthropic/claude-3-sonnet"},
    } | fields
    return {name: value for name, value in whole.items() if value is not ...}


def span(**fields: Any) -> Json:
    """A complete span of Arize Phoenix; names of attributes with `__` for the dots behind `attributes`."""
    whole = {
        "name": "completion", "span_kind": "LLM", "parent_id": None, "status_code": "OK",
        "context.span_id": "5f1c", "context.trace_id": "9a2e", "start_time": 1709553600000, "end_time": 1709553601250,
        "attributes.llm.model_name": "gpt-4o", "attributes.llm.token_count.prompt": 11,
        "attributes.llm.token_count.completion": 22, "attributes.llm.token_count.total": 33,
        "attributes.metadata": '{"session_id": "session_arize", "developer_id": "dev-9"}',
    } | {name.replace("__", "."): value for name, value in fields.items()}  # fmt: skip
    return {name: value for name, value in whole.items() if value is not ...}


def record(**fields: Any) -> Json:
    """A record of LiteLLM's generic API logger, with what it has beside much else."""
    whole = {
        "id": "chatcmpl-1", "litellm_call_id": "985d0057", "trace_id": "42a05ea4", "session_id": "",
        "call_type": "acompletion", "status": "success", "startTime": 1709553600.754056, "endTime": 1709553600.982139,
        "model": "gpt-4o-mini", "prompt_tokens": 10, "completion_tokens": 20, "total_tokens": 30,
        "response_cost": 1.35e-05, "metadata": {"user_api_key_end_user_id": None, "requester_metadata": None},
        "end_user": None, "model_parameters": {"user": "u1"}, "error_information": {"error_code": ""},
    }  # fmt: skip
    return whole | fields


def _good(why: str, line: Json, **told: Any) -> Line:
    return Line(why, json.dumps(line), told)


def _bad(why: str, line: Any, reason: str) -> Line:
    return Line(why, line if isinstance(line, str) else json.dumps(line), None, reason)


def _of_time() -> Iterator[Line]:
    at = AT
    yield _good("an offset is turned to UTC", trace(timestamp="2024-03-04T14:00:00+02:00"), time=at)
    yield _good("a naive time is UTC", trace(timestamp="2024-03-04T12:00:00"), time=at)
    yield _good("an offset with a Z behind it", trace(timestamp="2024-03-04T12:00:00+00:00Z"), time=at)
    yield _good(
        "a fraction of a second", trace(timestamp="2024-03-04T12:00:00.123456Z"), time="2024-03-04T12:00:00.123Z"
    )
    yield _good("epoch seconds", trace(timestamp=1709553600), time=at)
    yield _good("epoch seconds with a fraction", trace(timestamp=1709553600.5), time="2024-03-04T12:00:00.500Z")
    yield _good("epoch milliseconds, told by their size", trace(timestamp=1709553600000), time=at)
    yield _good("epoch seconds as text", trace(timestamp="1709553600"), time=at)
    yield _good("start_time where there is no timestamp", trace(timestamp=..., start_time=at), time=at)
    yield _bad("no time at all", trace(timestamp=...), "without timestamp or start_time")
    yield _bad("a null time", trace(timestamp=None), "without timestamp or start_time")
    yield _bad("a time that is none", trace(timestamp="yesterday"), "timestamp must be a time")
    yield _bad("a time that is a flag", trace(timestamp=True), "timestamp must be a time")
    yield _bad("a time before 1970", trace(timestamp="1969-12-31T23:59:59Z"), "timestamp must be a time")


def _of_metadata() -> Iterator[Line]:
    told = {"session_id": "session-abc123", "developer_id": "dev-2"}
    yield _good("metadata as JSON text", trace(metadata=json.dumps(told)), session_id="abc123", user="dev-2")
    yield _good(
        "metadata that is no JSON, with a session in it",
        trace(metadata="for session_x9, thanks"),
        session_id="x9",
        user=None,
    )
    yield _good("attributes.metadata at the top", trace(**{"metadata": ..., "attributes.metadata": told}), user="dev-2")
    yield _good(
        "attributes.metadata at the top as text",
        trace(**{"metadata": ..., "attributes.metadata": json.dumps(told)}), user="dev-2",
    )  # fmt: skip
    yield _good("metadata among the attributes", trace(metadata=..., attributes={"metadata": told}), user="dev-2")
    yield _good("no metadata", trace(metadata=..., attributes=...), session_id=None, user=None, model=None)


def _of_sessions() -> Iterator[Line]:
    def named(**metadata: Any) -> Json:
        return trace(metadata=metadata)

    yield _good("the tail behind session-", named(session_id="session-abc123"), session_id="abc123")
    yield _good("a tail with underscores", named(session_id="session_alpha_beta"), session_id="alpha_beta")
    yield _good(
        "the session in a user's id",
        named(user_id="user_x_account_y_session_abc-def"), session_id="abc-def", user=None,
    )  # fmt: skip
    yield _good("a session with nothing behind it", named(session_id="my-session"), session_id="my-session")
    yield _good("a later name of a session beats an earlier one of none",
                named(session_id="plain", developer_session="session-zz"), session_id="zz")  # fmt: skip
    yield _good("developer_session", named(developer_session="d-1"), session_id="d-1")
    yield _good("user_api_key_end_user_id", named(user_api_key_end_user_id="session_eu"), session_id="eu")
    yield _good("the requester's user_id", named(requester_metadata={"user_id": "session_rq"}), session_id="rq")
    yield _good("a session_id at the top", trace(metadata=..., session_id="top-1"), session_id="top-1")


def _of_developers() -> Iterator[Line]:
    def named(**metadata: Any) -> Json:
        return trace(metadata=metadata)

    yield _good("dev_id", named(dev_id="dev-3"), user="dev-3")
    yield _good("user", named(user="dev-4"), user="dev-4")
    yield _good("user_id", named(user_id="dev-5"), user="dev-5")
    yield _good("the requester's developer_id", named(requester_metadata={"developer_id": "dev-6"}), user="dev-6")
    yield _good("the requester's user", named(requester_metadata={"user": "dev-7"}), user="dev-7")
    yield _good("names of sessions are skipped", named(developer_id="my-session", user="dev-8"), user="dev-8")
    yield _good("developer_id at the top", trace(metadata=..., developer_id="dev-10"), user="dev-10")
    yield _good("user at the top", trace(metadata=..., user="dev-11"), user="dev-11")
    yield _good("a number for a name", named(developer_id=12), user="12")


def _of_models() -> Iterator[Line]:
    for name in ("llm.model_name", "model", "llm.model", "model_name"):
        yield _good(f"the attribute {name}", trace(attributes={name: "m-1"}), model="m-1")
    yield _good("the model at the top", trace(attributes=..., model="m-2"), model="m-2")
    yield _good("an attribute before the top", trace(attributes={"model": "m-3"}, model="m-4"), model="m-3")


def _of_tokens() -> Iterator[Line]:
    def used(**usage: Any) -> Json:
        return trace(usage=usage)

    yield _good(
        "prompt_tokens and completion_tokens", used(prompt_tokens=7, completion_tokens=8), tokens_in=7, tokens_out=8
    )
    yield _good("the total alone was all sent", used(total_tokens=50), tokens_in=50, tokens_out=0)
    yield _good("the total and what came back", used(output_tokens=20, total_tokens=50), tokens_in=30, tokens_out=20)
    yield _good("the total and what was sent", used(input_tokens=20, total_tokens=50), tokens_in=20, tokens_out=30)
    yield _good("numbers as text", used(input_tokens="5", output_tokens="6"), tokens_in=5, tokens_out=6)
    yield _good("below nothing is nothing", used(input_tokens=-5, output_tokens=6), tokens_in=0, tokens_out=6)
    yield _good("a total that is too small", used(input_tokens=20, total_tokens=5), tokens_in=20, tokens_out=0)
    yield _good("an empty usage", used(), tokens_in=0, tokens_out=0)
    yield _good("tokens at the top", trace(usage=..., prompt_tokens=3, completion_tokens=4), tokens_in=3, tokens_out=4)
    yield _bad("no usage", trace(usage=...), "without usage")
    yield _bad("a usage that is no object", trace(usage=100), "usage must be an object")
    yield _bad("tokens that are no number", used(input_tokens="many"), "usage.input_tokens must be a whole number")
    yield _bad("tokens beyond all numbers", used(input_tokens=10**400), "usage.input_tokens must be a whole number")
    yield _bad("half a token", used(input_tokens=1.5), "usage.input_tokens must be a whole number")


def _of_calls() -> Iterator[Line]:
    def with_(**attributes: Any) -> Json:
        return trace(attributes={name.replace("__", "."): value for name, value in attributes.items()})

    for name in ("latency_ms", "request__latency_ms", "response__latency_ms", "duration_ms"):
        yield _good(f"the attribute {name}", with_(**{name: 1200}), latency_ms=1200.0)
    yield _good("latency at the top", trace(latency_ms="1800.5"), latency_ms=1800.5)
    yield _good("no latency is not 0", trace(), latency_ms=None, status_code=None, accepted_flag=None, cost_usd=None)
    yield _bad("a latency below 0", with_(latency_ms=-1), "attributes.latency_ms must be a number from 0 on")
    for name in ("status_code", "http__status_code", "response__status_code"):
        yield _good(f"the attribute {name}", with_(**{name: "429"}), status_code=429)
    yield _good("status at the top", trace(status_code=200), status_code=200)
    yield _good("OK", with_(status_code="OK"), status_code=200)
    yield _good("ERROR", with_(status_code="ERROR"), status_code=500)
    yield _good("UNSET", with_(status_code="UNSET"), status_code=None)
    yield _bad(
        "a status that is none", with_(status_code="fine"), "attributes.status_code must be a status code or one of OK"
    )


def _of_acceptance() -> Iterator[Line]:
    def with_(**attributes: Any) -> Json:
        return trace(attributes={name.replace("__", "."): value for name, value in attributes.items()})

    for name, value, accepted in (
        ("prod_lens__accepted", True, True), ("accepted", "yes", True), ("accepted_flag", "1", True),
        ("accepted", "TRUE", True), ("accepted", 1, True), ("accepted", 0, False), ("accepted", "no", False),
        ("accepted", False, False), ("accepted", None, None),
    ):  # fmt: skip
        yield _good(f"{name} {value!r}", with_(**{name: value}), accepted_flag=accepted)
    for prefix in ("", "prod_lens__", "analysis__"):
        yield _good(
            f"the attributes {prefix}diff_ratio and {prefix}accepted_lines",
            with_(**{f"{prefix}diff_ratio": 0.82, f"{prefix}accepted_lines": "4"}), diff_ratio=0.82, accepted_lines=4,
        )  # fmt: skip
    yield _bad("more alike than the same", with_(diff_ratio=82), "attributes.diff_ratio must be a number from 0 to 1")


def _of_repositories() -> Iterator[Line]:
    for name in ("repo", "repository", "repo_slug"):
        yield _good(f"{name} in the metadata", trace(metadata={name: "o/from-metadata"}), repo_slug="o/from-metadata")
    for name in ("repo", "repository"):
        yield _good(
            f"{name} among the attributes", trace(attributes={name: "o/from-attributes"}), repo_slug="o/from-attributes"
        )
    yield _good("unknown is none", trace(metadata={"repo": "unknown"}), repo_slug=None)
    yield _good("no repository", trace(), repo_slug=None)
    for slug in ("../etc", "/root/x", "o/n?x=1"):
        yield _bad(f"the repository {slug}", trace(metadata={"repo": slug}), "metadata.repo must be a repository")
    yield _good("a price that is told", trace(response_cost=0.0042), cost_usd=0.0042)
    yield _good("a language that is told", trace(attributes={"language": "python"}), language="python")


def _of_spans() -> Iterator[Line]:
    at = AT
    yield _good(
        "a span of Arize Phoenix", span(), id="span-9a2e-5f1c", time=at, session_id="arize", user="dev-9",
        model="gpt-4o", tokens_in=11, tokens_out=22, latency_ms=1250.0, status_code=200,
    )  # fmt: skip
    yield _good("a span with metadata as an object", span(attributes__metadata={"user": "dev-8"}), user="dev-8")
    yield _good("a span with the total alone", span(**{
        "attributes.llm.token_count.prompt": ..., "attributes.llm.token_count.completion": ...}),
        tokens_in=33, tokens_out=0)  # fmt: skip
    yield _good(
        "a span with nearly nothing", {"span_kind": "LLM", "start_time": 1709553600000},
        tokens_in=0, tokens_out=0, model=None, latency_ms=None, status_code=None,
    )  # fmt: skip
    yield _good("a span that failed", span(status_code="ERROR"), status_code=500)
    yield _good("a span of another model attribute", span(
        **{"attributes.llm.model_name": ..., "attributes.model": "gpt-4"}), model="gpt-4")  # fmt: skip
    yield _bad("a span without a time", span(start_time=...), "without timestamp or start_time")


def _of_records() -> Iterator[Line]:
    yield _good(
        "a record of the generic logger", record(), id="litellm-985d0057", time="2024-03-04T12:00:00.754Z", user="u1",
        model="gpt-4o-mini", tokens_in=10, tokens_out=20, latency_ms=228.0, status_code=200, cost_usd=1.35e-05,
    )  # fmt: skip
    yield _good("one that failed", record(litellm_call_id="b", status="failure", response_cost=None), status_code=500)
    yield _good(
        "one that failed with a code",
        record(status="failure", error_information={"error_code": "429"}),
        status_code=429,
    )
    yield _good("one of an end user", record(end_user="customer-1"), user="customer-1")


def _of_nothing() -> Iterator[Line]:
    yield _bad("no JSON", "{not json", "not a JSON object")
    yield _bad("JSON, but no object", "7", "not a JSON object")
    yield _bad("cut off in the middle", json.dumps(trace())[:40], "not a JSON object")


def _apart(number: int, line: Line) -> Line:
    """Its own moment and its own call for a line that is not here for these: else many would be one trace."""
    told = line.told or {}
    if "time" in told or "id" in told:
        return line
    moment = f"2024-03-04T{12 + number // 60}:{number % 60:02}:00Z"
    apart = {AT: moment, '"5f1c"': f'"5f1c{number}"', '"985d0057"': f'"985d{number}"'}
    text = line.text
    for common, own in apart.items():
        text = text.replace(common, own)
    return line._replace(text=text)


PARTS = (_of_time, _of_metadata, _of_sessions, _of_developers, _of_models, _of_tokens, _of_calls, _of_acceptance,
         _of_repositories, _of_spans, _of_records, _of_nothing)  # fmt: skip
LINES = [_apart(number, line) for number, line in enumerate(line for part in PARTS for line in part())]
GOOD = [line for line in LINES if line.told is not None]
BAD = [line for line in LINES if line.told is None]


def write(path: Path, lines: Iterable[Line] = LINES) -> Path:
    """The log as a file, with blank lines in it that are none."""
    path.write_text("\n\n".join(line.text for line in lines) + "\n")
    return path
