"""The learning board's endpoints."""

from belvedere.auth.roles import EVERYBODY
from belvedere.endpoints.declaration import EndpointDeclaration

TEACHERS = ("instructor", "analyst")  # roles that may see students

SUMMARY = EndpointDeclaration(
    module="learning.summary",
    purpose="The learning board's summary of a period.",
    routes=("GET /dashboard/summary",),
    scope="read",
    public=True,
    roles=EVERYBODY,
    limit="dashboard_summary",
    kind="dashboard:summary",
    ttl_s=300,
    stale_s=600,
    cache_type="dashboard_summary",
    access=("rollups", "watermark", "classes"),
    warm=True,
)

TIMESERIES = EndpointDeclaration(
    module="learning.timeseries",
    purpose="The learning board's numbers bucket by bucket.",
    routes=("POST /dashboard/timeseries",),
    scope="read",
    public=True,
    roles=EVERYBODY,
    limit="timeseries",
    kind="dashboard:timeseries",
    ttl_s=900,
    stale_s=1800,
    cache_type="timeseries",
    access=("rollups", "watermark", "classes"),
    warm=True,
)

AGGREGATION = EndpointDeclaration(
    module="learning.aggregation",
    purpose="The learning board's numbers grouped by agent, user, concept, day, hour and outcome.",
    routes=("POST /dashboard/aggregation",),
    scope="read",
    public=True,
    roles=EVERYBODY,
    limit="aggregation",
    kind="dashboard:aggregation",
    ttl_s=600,
    stale_s=1200,
    cache_type="aggregation",
    access=("rollups", "watermark", "classes"),
    warm=True,
)

EXPORT = EndpointDeclaration(
    module="learning.export",
    purpose="Interactions, the series, the summary or students as JSON, CSV or an Excel file.",
    routes=("POST /dashboard/export",),
    scope="read",
    roles=EVERYBODY,
    limit="export",
    access=("raw_events", "rollups", "watermark", "classes", "note_export", "start_export"),
    warm=True,
)

CACHE_STATS = EndpointDeclaration(
    module="learning.cache_stats",
    purpose="How often answers were kept ones, and what the cache's layers hold.",
    routes=("GET /dashboard/cache/stats",),
    scope="read",
    limit="default",
    access=("state_rows", "cache_rows"),
)

CACHE_INVALIDATE = EndpointDeclaration(
    module="learning.cache_invalidate",
    purpose="Declares kept answers void, in every process.",
    routes=("POST /dashboard/cache/invalidate",),
    scope="admin",
    limit="default",
    access=("state_rows", "void_answers", "cache_rows"),
)

CACHE_WARM = EndpointDeclaration(
    module="learning.cache_warm",
    purpose="Has the usual answers worked out by the refresh function before anybody asks.",
    routes=("POST /dashboard/cache/warm",),
    scope="admin",
    limit="default",
    access=("request_refresh",),
)

HEALTH = EndpointDeclaration(
    module="learning.health",
    purpose="Whether the dashboard's dependencies answer and the fold keeps up; needs no key.",
    routes=("GET /dashboard/health",),
    access=("table_probes", "check_tokens", "know_edge", "raw_events", "state_rows"),
)

METRICS = EndpointDeclaration(
    module="learning.metrics",
    purpose="What every process has counted, for Prometheus.",
    routes=("GET /dashboard/metrics",),
    scope="read",
    public=True,
    access=("watermark", "state_rows"),
)

MOCK_STUDENT_PROGRESS = EndpointDeclaration(
    module="learning.mock_student_progress",
    purpose="A made-up student, for building pages.",
    routes=("GET /dashboard/mock/student-progress",),
    limit="default",
    ttl_s=86400,
    stale_s=172800,
    cache_type="mock",
)

MOCK_CLASS_ANALYTICS = EndpointDeclaration(
    module="learning.mock_class_analytics",
    purpose="A made-up class, for building pages.",
    routes=("GET /dashboard/mock/class-analytics",),
    limit="default",
    ttl_s=86400,
    stale_s=172800,
    cache_type="mock",
)

COMPARATIVE = EndpointDeclaration(
    module="learning.comparative",
    purpose="Students, agents, concepts, classes or periods of the learning board beside each other.",
    routes=("POST /dashboard/comparative",),
    scope="read",
    roles=("student", "viewer", "instructor", "analyst"),
    limit="default",
    kind="dashboard:comparative",
    ttl_s=600,
    stale_s=1200,
    cache_type="default",
    access=("rollups", "watermark", "classes"),
    warm=True,
)

STUDENT_INSIGHTS = EndpointDeclaration(
    module="learning.student_insights",
    purpose="How far one student has come, and how it will likely go on.",
    routes=(
        "GET /dashboard/student-insights",
        "GET /dashboard/student-insights/{user_id+}",
    ),
    answers={
        "GET /dashboard/student-insights": "the same, for any id, as `?user_id=`",
        "GET /dashboard/student-insights/{user_id+}": "one student's progress, masteries and predictions",
    },
    scope="read",
    roles=("student", "instructor", "analyst"),
    limit="default",
    kind="dashboard:student_insights",
    ttl_s=300,
    stale_s=600,
    cache_type="student_insights",
    access=("rollups", "watermark", "classes"),
    warm=True,
)

CLASS_OVERVIEW = EndpointDeclaration(
    module="learning.class_overview",
    purpose="How classes did, how that is spread over their students, and who did best.",
    routes=("GET /dashboard/class-overview",),
    scope="read",
    roles=TEACHERS,
    limit="default",
    kind="dashboard:class_overview",
    ttl_s=1800,
    stale_s=3600,
    cache_type="class_overview",
    access=("rollups", "watermark", "classes"),
    warm=True,
)

STREAM = EndpointDeclaration(
    module="learning.stream",
    purpose="The learning board's changes and alerts as server-sent events.",
    routes=("GET /dashboard/stream",),
    scope="read",
    public=True,
    roles=EVERYBODY,
    access=("watermark", "state_rows", "classes"),
    warm=True,
)

PREDICTIVE = EndpointDeclaration(
    module="learning.predictive",
    purpose="Chances of success by the model, engagement by its trend, and early warnings.",
    routes=("POST /dashboard/analytics/predictive",),
    scope="read",
    roles=TEACHERS,
    limit="default",
    kind="dashboard:predictive",
    ttl_s=1800,
    stale_s=1800,
    cache_type="default",
    access=("rollups", "watermark", "classes"),
    warm=True,
)

ANALYTICS_COMPARATIVE = EndpointDeclaration(
    module="learning.analytics_comparative",
    purpose="Cohorts, periods, variants and benchmarks of students.",
    routes=("POST /dashboard/analytics/comparative",),
    scope="read",
    roles=TEACHERS,
    limit="default",
    kind="dashboard:analytics_comparative",
    ttl_s=3600,
    stale_s=3600,
    cache_type="default",
    access=("rollups", "watermark", "classes"),
    warm=True,
)

CONTENT_EFFECTIVENESS = EndpointDeclaration(
    module="learning.content_effectiveness",
    purpose=(
        "How well concepts and agents work; reads raw events, because only they tell first tries from later ones."
    ),
    routes=("POST /dashboard/analytics/content-effectiveness",),
    scope="read",
    roles=TEACHERS,
    limit="default",
    kind="dashboard:content_effectiveness",
    ttl_s=2400,
    stale_s=2400,
    cache_type="default",
    access=("raw_events", "rollup_rows", "watermark"),
    memory_mb=1769,  # one whole CPU for up to 25,000 events
    warm=True,
)

STATISTICAL = EndpointDeclaration(
    module="learning.statistical",
    purpose="Trends, groups of students, correlations and anomalies.",
    routes=("POST /dashboard/analytics/statistical",),
    scope="read",
    roles=TEACHERS,
    limit="default",
    kind="dashboard:statistical",
    ttl_s=3600,
    stale_s=3600,
    cache_type="default",
    access=("rollups", "watermark"),
    warm=True,
)

INSIGHTS = EndpointDeclaration(
    module="learning.insights",
    purpose="What stands out in a window, as sentences with their evidence.",
    routes=("POST /dashboard/analytics/insights",),
    scope="read",
    roles=TEACHERS,
    limit="default",
    kind="dashboard:insights",
    ttl_s=1800,
    stale_s=1800,
    cache_type="default",
    access=("rollups", "watermark"),
    warm=True,
)

TRAIN_MODELS = EndpointDeclaration(
    module="learning.train_models",
    purpose="Says what is known of the models, and starts their training.",
    routes=("POST /dashboard/analytics/train-models",),
    scope="read",
    roles=("analyst",),
    limit="default",
    access=("rollup_rows", "watermark", "start_training"),
)
