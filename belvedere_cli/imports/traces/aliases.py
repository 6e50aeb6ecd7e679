"""Where each field of a session may be in a trace. The first place that has it counts."""

from belvedere_cli.imports.traces.view import places as _in

TIME = _in("top", "timestamp", "start_time", "startTime", "startTimeUnixNano")
BEGINNING = _in("top", "start_time", "startTime", "startTimeUnixNano")
END = _in("top", "end_time", "endTime", "endTimeUnixNano")

TOKENS_IN = (
    *_in("usage", "input_tokens", "prompt_tokens", "input"),
    *_in("attributes", "llm.token_count.prompt", "gen_ai.usage.input_tokens", "gen_ai.usage.prompt_tokens"),
    *_in("top", "prompt_tokens", "input_tokens", "promptTokens"),
)
TOKENS_OUT = (
    *_in("usage", "output_tokens", "completion_tokens", "output"),
    *_in("attributes", "llm.token_count.completion", "gen_ai.usage.output_tokens", "gen_ai.usage.completion_tokens"),
    *_in("top", "completion_tokens", "output_tokens", "completionTokens"),
)
TOKENS_TOTAL = (
    *_in("usage", "total_tokens", "total"),
    *_in("attributes", "llm.token_count.total", "gen_ai.usage.total_tokens", "llm.usage.total_tokens"),
    *_in("top", "total_tokens", "totalTokens"),
)
ALL_TOKENS = (*TOKENS_IN, *TOKENS_OUT, *TOKENS_TOTAL)
READ_BESIDE = _in("usage", "cache_read_input_tokens", "input_cached_tokens")  # names of those that count them apart
CACHE_READ = (
    *READ_BESIDE,
    *_in("details", "cached_tokens", "cache_read_tokens"),
    *_in("attributes", "llm.token_count.prompt_details.cache_read", "gen_ai.usage.cache_read.input_tokens",
         "gen_ai.usage.cache_read_input_tokens"),
    *_in("top", "cache_read_input_tokens"),
)  # fmt: skip
WRITE_BESIDE = _in("usage", "cache_creation_input_tokens", "input_cache_creation")
CACHE_WRITE = (
    *WRITE_BESIDE,
    *_in("details", "cache_creation_tokens", "cache_write_tokens"),
    *_in("attributes", "llm.token_count.prompt_details.cache_write", "gen_ai.usage.cache_creation.input_tokens",
         "gen_ai.usage.cache_creation_input_tokens", "gen_ai.usage.cache_write_input_tokens"),
    *_in("top", "cache_creation_input_tokens"),
)  # fmt: skip
PROMPT_TOKENS = _in("usage", "prompt_tokens")[0]  # counts those of a cache in, where `input_tokens` does not

# all of these are looked at: the first that names a session wins over the first that there is
SESSION_ID = (
    *_in("metadata", "session_id", "user_id", "developer_session", "user_api_key_end_user_id"),
    *_in("requester", "user_id"),
    *_in("metadata", "raw"),
    *_in("top", "session_id", "sessionId"),
    *_in("attributes", "session.id", "gen_ai.conversation.id", "langfuse.session.id"),
)
DEVELOPER = (
    *_in("metadata", "developer_id", "dev_id", "user", "user_id"),
    *_in("requester", "developer_id", "user"),
    *_in("top", "developer_id", "user", "end_user", "userId"),
    *_in("metadata", "user_api_key_user_email", "user_api_key_user_id"),
    *_in("parameters", "user"),
    *_in("attributes", "user.id", "enduser.id", "langfuse.user.id"),
)
MODEL = (
    *_in("attributes", "llm.model_name", "model", "llm.model", "model_name", "gen_ai.response.model",
         "gen_ai.request.model", "llm.response.model_name", "llm.request.model_name"),
    *_in("top", "model", "providedModelName", "provided_model_name"),
)  # fmt: skip
LATENCY = (
    *_in("attributes", "latency_ms", "request.latency_ms", "response.latency_ms", "duration_ms"),
    *_in("top", "latency_ms"),
)
STATUS = (
    *_in("attributes", "status_code", "http.status_code", "response.status_code", "http.response.status_code"),
    *_in("top", "status_code"),
    *_in("status", "status_code"),
)
STATUS_CODE = _in("status", "code")  # OTLP's own numbers, or their names
STATUS_WORD = _in("top", "status", "level")
ACCEPTED = (*_in("attributes", "prod_lens.accepted", "accepted", "accepted_flag"), *_in("top", "accepted_flag"))
ACCEPTED_LINES = _in("attributes", "accepted_lines", "prod_lens.accepted_lines", "analysis.accepted_lines")
DIFF_RATIO = _in("attributes", "diff_ratio", "prod_lens.diff_ratio", "analysis.diff_ratio")
REPO = (*_in("metadata", "repo", "repository", "repo_slug"), *_in("attributes", "repo", "repository"))
LANGUAGE = (*_in("attributes", "language"), *_in("metadata", "language"))
COST = (
    *_in("top", "response_cost", "cost_usd", "spend", "totalCost", "total_cost", "calculatedTotalCost",
         "calculated_total_cost"),
    *_in("attributes", "cost_usd", "llm.cost.total", "gen_ai.usage.cost"),
    *_in("cost", "total", "total_cost"),
)  # fmt: skip

CALL_ID = _in("top", "litellm_call_id")
RECORD = _in("top", "call_type", "request_id", "spend", "startTime")  # what LiteLLM's own records have of these
RECORD_ID = _in("top", "request_id", "id")
TRACE_ID = (*_in("top", "context.trace_id", "traceId", "trace_id"), *_in("context", "trace_id"))
SPAN_ID = (*_in("top", "context.span_id", "spanId", "span_id"), *_in("context", "span_id"))
OBSERVATION_ID = _in("top", "id")
PARENT_ID = _in("top", "parent_id", "parentSpanId", "parent_span_id", "parentObservationId", "parent_observation_id")
SPAN_KIND = (
    *_in("top", "span_kind"),
    *_in("attributes", "openinference.span.kind", "traceloop.span.kind", "gen_ai.operation.name",
         "langfuse.observation.type"),
)  # fmt: skip
OBSERVATION = _in("top", "type")
