"""Where each field of a session may be in a trace. The first place that has it counts."""

from infra.local.imports.traces.view import places as _in

TIME = _in("top", "timestamp", "start_time", "startTime")
BEGINNING = _in("top", "start_time", "startTime")
END = _in("top", "end_time", "endTime")

TOKENS_IN = (
    *_in("usage", "input_tokens", "prompt_tokens"),
    *_in("attributes", "llm.token_count.prompt"),
    *_in("top", "prompt_tokens", "input_tokens"),
)
TOKENS_OUT = (
    *_in("usage", "output_tokens", "completion_tokens"),
    *_in("attributes", "llm.token_count.completion"),
    *_in("top", "completion_tokens", "output_tokens"),
)
TOKENS_TOTAL = (
    *_in("usage", "total_tokens"),
    *_in("attributes", "llm.token_count.total"),
    *_in("top", "total_tokens"),
)

# all of these are looked at: the first that names a session wins over the first that there is
SESSION_ID = (
    *_in("metadata", "session_id", "user_id", "developer_session", "user_api_key_end_user_id"),
    *_in("requester", "user_id"),
    *_in("metadata", "raw"),
    *_in("top", "session_id"),
    *_in("attributes", "session.id"),
)
DEVELOPER = (
    *_in("metadata", "developer_id", "dev_id", "user", "user_id"),
    *_in("requester", "developer_id", "user"),
    *_in("top", "developer_id", "user", "end_user"),
    *_in("metadata", "user_api_key_user_email", "user_api_key_user_id"),
    *_in("parameters", "user"),
    *_in("attributes", "user.id"),
)
MODEL = (*_in("attributes", "llm.model_name", "model", "llm.model", "model_name"), *_in("top", "model"))
LATENCY = (
    *_in("attributes", "latency_ms", "request.latency_ms", "response.latency_ms", "duration_ms"),
    *_in("top", "latency_ms"),
)
STATUS = (
    *_in("attributes", "status_code", "http.status_code", "response.status_code"),
    *_in("top", "status_code"),
)
ACCEPTED = (*_in("attributes", "prod_lens.accepted", "accepted", "accepted_flag"), *_in("top", "accepted_flag"))
ACCEPTED_LINES = _in("attributes", "accepted_lines", "prod_lens.accepted_lines", "analysis.accepted_lines")
DIFF_RATIO = _in("attributes", "diff_ratio", "prod_lens.diff_ratio", "analysis.diff_ratio")
REPO = (*_in("metadata", "repo", "repository", "repo_slug"), *_in("attributes", "repo", "repository"))
LANGUAGE = (*_in("attributes", "language"), *_in("metadata", "language"))
COST = (*_in("top", "response_cost", "cost_usd"), *_in("attributes", "cost_usd", "llm.cost.total"))

CALL_ID = _in("top", "litellm_call_id")
SPAN_ID = _in("top", "context.trace_id", "context.span_id")
SPAN_KIND = _in("top", "span_kind")
