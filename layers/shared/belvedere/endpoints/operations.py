"""Endpoints of the engine itself: any question, keys, usage, audit, health and documents."""

from belvedere.endpoints.declaration import EndpointDeclaration

AUDIT = EndpointDeclaration(
    module="ops.audit",
    purpose="Recounts one bucket of a family from raw events and shows it beside its rollup row.",
    routes=("GET /v1/audit",),
    scope="read",
    limit="audit",
    access=("raw_events", "rollup_rows", "entities", "watermark", "state_rows"),
    warm=True,
)

USAGE = EndpointDeclaration(
    module="ops.usage",
    purpose="What a workspace used, in units and money, by day and route.",
    routes=("GET /v1/usage",),
    scope="read",
    access=("state_rows",),
    warm=True,
)

QUESTION = EndpointDeclaration(
    module="ops.query",
    purpose="Any question to any board.",
    routes=("POST /v1/query",),
    scope="read",
    limit="query",
    kind="query",
    ttl_s=300,
    stale_s=600,
    revalidate=True,
    access=("rollups", "watermark"),
    warm=True,
)

KEYS = EndpointDeclaration(
    module="ops.keys",
    purpose="The API keys of a workspace.",
    routes=(
        "GET /v1/keys",
        "POST /v1/keys",
        "DELETE /v1/keys/{key_id}",
    ),
    answers={
        "GET /v1/keys": "the API keys of the workspace",
        "POST /v1/keys": "a new API key, shown once",
        "DELETE /v1/keys/{key_id}": "an API key revoked",
    },
    scope="admin",
    access=("keep_keys", "state_rows"),
)

HEALTH = EndpointDeclaration(
    module="ops.health",
    purpose="Whether the tables answer; needs no key.",
    routes=("GET /health",),
    access=("table_probes",),
    warm=True,
)

OPENAPI = EndpointDeclaration(
    module="ops.openapi",
    purpose="The OpenAPI document of every route.",
    routes=("GET /openapi.json",),
    ttl_s=300,
)

DOCS = EndpointDeclaration(
    module="ops.docs",
    purpose="The routes as a page to read.",
    routes=(
        "GET /docs",
        "GET /redoc",
    ),
    answers={
        "GET /docs": "the same as a page to read",
        "GET /redoc": "that page",
    },
    ttl_s=300,
)

NOT_FOUND = EndpointDeclaration(
    module="ops.not_found",
    purpose="Answers what no route knows, in the one error envelope.",
    routes=(),
    warm=True,
)
