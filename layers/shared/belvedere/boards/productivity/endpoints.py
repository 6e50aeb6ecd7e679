"""The productivity board's endpoints."""

from belvedere.endpoints.declaration import EndpointDeclaration

OF_THE_TEAM = ("viewer", "instructor", "analyst")  # roles that may see totals of everybody
OF_DEVELOPERS = ("analyst",)  # roles that may see what names developers

METRICS = EndpointDeclaration(
    module="productivity.metrics",
    purpose="The productivity board's nine KPIs of a team.",
    routes=("GET /api/metrics",),
    scope="read",
    public=True,
    roles=OF_THE_TEAM,
    kind="productivity:metrics",
    ttl_s=300,
    stale_s=600,
    access=("rollups", "raw_events", "watermark"),
    parameters={"POLICY_MODELS": "PolicyModels"},
    warm=True,
)

RAW = EndpointDeclaration(
    module="productivity.raw",
    purpose="The report that the KPIs are made of.",
    routes=("GET /api/metrics/raw",),
    scope="read",
    public=True,
    roles=OF_THE_TEAM,
    kind="productivity:raw",
    ttl_s=300,
    stale_s=600,
    access=("rollups", "raw_events", "watermark", "correlate"),
    parameters={"POLICY_MODELS": "PolicyModels"},
    warm=True,
)

INSIGHTS = EndpointDeclaration(
    module="productivity.insights",
    purpose="What stands out of a team's numbers, as sentences, and as a list without what was dismissed.",
    routes=("GET /api/insights",),
    scope="read",
    public=True,
    roles=OF_THE_TEAM,
    kind="productivity:insights",
    shared_kinds={"productivity:insight_list": "belvedere.boards.productivity.insights.listing"},
    ttl_s=300,
    stale_s=600,
    access=("rollups", "raw_events", "watermark", "dismissals", "correlate"),
    warm=True,
)

DISMISS = EndpointDeclaration(
    module="productivity.dismiss",
    purpose="Remembers for 90 days that somebody does not want to see an insight again.",
    routes=("POST /api/insights/{insight_id}/dismiss",),
    scope="read",
    public=True,
    roles=OF_THE_TEAM,
    access=("rollups", "raw_events", "watermark", "dismissals", "dismiss"),
)

OVERVIEW = EndpointDeclaration(
    module="productivity.overview",
    purpose="The last seven days of the productivity board, and how they compare with the seven before.",
    routes=("GET /api/metrics/overview",),
    scope="read",
    public=True,
    roles=OF_THE_TEAM,
    kind="productivity:overview",
    ttl_s=300,
    stale_s=300,
    access=("rollup_rows", "watermark"),
    warm=True,
)

TIMESERIES = EndpointDeclaration(
    module="productivity.timeseries",
    purpose="One metric of the productivity board, day by day.",
    routes=("GET /api/metrics/timeseries",),
    scope="read",
    public=True,
    roles=OF_THE_TEAM,
    kind="productivity:timeseries",
    ttl_s=300,
    stale_s=300,
    access=("rollup_rows",),
    warm=True,
)

HOURLY = EndpointDeclaration(
    module="productivity.hourly",
    purpose="Sessions by hour of the day.",
    routes=("GET /api/metrics/hourly",),
    scope="read",
    public=True,
    roles=OF_THE_TEAM,
    kind="productivity:hourly",
    ttl_s=300,
    stale_s=300,
    access=("rollup_rows",),
    warm=True,
)

HEATMAP = EndpointDeclaration(
    module="productivity.heatmap",
    purpose="Sessions by day of the week and hour.",
    routes=("GET /api/activity/heatmap",),
    scope="read",
    public=True,
    roles=OF_THE_TEAM,
    kind="productivity:heatmap",
    ttl_s=300,
    stale_s=300,
    access=("rollup_rows",),
    warm=True,
)

TRENDS = EndpointDeclaration(
    module="productivity.trends",
    purpose="Everything that was done, day by day.",
    routes=("GET /api/activity/trends",),
    scope="read",
    public=True,
    roles=OF_THE_TEAM,
    kind="productivity:trends",
    ttl_s=300,
    stale_s=300,
    access=("rollup_rows",),
    example={
        "parameters": {"days": "30", "repo": "acme/api"},
        "answer": [{"date": "2026-10-30", "value": 0}],
    },
    warm=True,
)

PROFILE = EndpointDeclaration(
    module="productivity.profile",
    purpose="All that a developer, or everybody together, ever did with assistants, and who that is.",
    routes=("GET /api/profile",),
    scope="read",
    public=True,
    roles=OF_DEVELOPERS,
    kind="productivity:profile",
    ttl_s=1800,
    stale_s=1800,
    revalidate=True,
    access=("rollup_rows",),
    warm=True,
)

DIMENSIONS = EndpointDeclaration(
    module="productivity.dimensions",
    purpose="Six scores of how a developer, or everybody together, works with assistants.",
    routes=("GET /api/profile/dimensions",),
    scope="read",
    public=True,
    roles=OF_DEVELOPERS,
    kind="productivity:dimensions",
    ttl_s=1800,
    stale_s=1800,
    access=("rollup_rows",),
    warm=True,
)

BADGES = EndpointDeclaration(
    module="productivity.badges",
    purpose="What a developer, or everybody together, has achieved with assistants, and when.",
    routes=("GET /api/profile/badges",),
    scope="read",
    public=True,
    roles=OF_DEVELOPERS,
    kind="productivity:badges",
    ttl_s=1800,
    stale_s=1800,
    access=("rollup_rows",),
    warm=True,
)

LANGUAGES = EndpointDeclaration(
    module="productivity.languages",
    purpose="In which programming languages a developer, or everybody together, works with assistants.",
    routes=("GET /api/profile/languages",),
    scope="read",
    public=True,
    roles=OF_DEVELOPERS,
    kind="productivity:languages",
    ttl_s=1800,
    stale_s=1800,
    access=("rollup_rows",),
    warm=True,
)

SESSIONS = EndpointDeclaration(
    module="productivity.sessions",
    purpose=("A page of sessions: the rollups tell where it begins, the events or one of their indexes have its rows."),
    routes=("GET /api/sessions",),
    scope="read",
    public=True,
    roles=OF_DEVELOPERS,
    kind="productivity:sessions",
    ttl_s=120,
    stale_s=240,
    access=("rollup_rows", "session_pages", "watermark"),
    warm=True,
)

SESSION_DETAIL = EndpointDeclaration(
    module="productivity.session_detail",
    purpose="One session: its traces by its id, then the pull request and the commits of the week after it.",
    routes=("GET /api/sessions/{session_id+}",),
    scope="read",
    public=True,
    roles=OF_DEVELOPERS,
    access=("session",),
    warm=True,
)

GITHUB_WEBHOOK = EndpointDeclaration(
    module="productivity.github_webhook",
    purpose=(
        "Takes what GitHub tells of pull requests, pushes and reviews, checks its signature, and inserts it as events."
    ),
    routes=("POST /v1/webhooks/github/{workspace}",),
    needs="a signature",
    access=("insert_events", "remember_closings", "check_signatures"),
)

ROOT = EndpointDeclaration(
    module="productivity.root",
    purpose="What this is and where to go on, as JSON or as the start page; needs no key.",
    routes=("GET /",),
    warm=True,
)
