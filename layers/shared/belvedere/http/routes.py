"""The one table of routes: what `template.yaml` deploys, `asgi` mounts and `ops.not_found` tells apart."""

import re
from typing import NamedTuple


class Route(NamedTuple):
    """A method and a path (`{name}` for a part that varies), and the handler module that answers them.

    `greedy` says that the last part may have slashes in it, as ids that others give may.
    """

    method: str
    path: str
    module: str
    greedy: bool = False

    @property
    def deployed(self) -> str:
        """The path as API Gateway has it."""
        return self.path.removesuffix("}") + "+}" if self.greedy else self.path


ROUTES = (
    Route("POST", "/v1/events", "ingest.events"),
    Route("GET", "/v1/quarantine", "ingest.quarantine"),
    Route("GET", "/v1/audit", "ops.audit"),
    Route("GET", "/v1/usage", "ops.usage"),
    Route("POST", "/v1/query", "ops.query"),
    Route("GET", "/v1/keys", "ops.keys"),
    Route("POST", "/v1/keys", "ops.keys"),
    Route("DELETE", "/v1/keys/{key_id}", "ops.keys"),
    Route("GET", "/dashboard/summary", "learning.summary"),
    Route("POST", "/dashboard/timeseries", "learning.timeseries"),
    Route("POST", "/dashboard/aggregation", "learning.aggregation"),
    Route("POST", "/dashboard/export", "learning.export"),
    Route("GET", "/dashboard/cache/stats", "learning.cache_stats"),
    Route("POST", "/dashboard/cache/invalidate", "learning.cache_invalidate"),
    Route("POST", "/dashboard/cache/warm", "learning.cache_warm"),
    Route("GET", "/dashboard/health", "learning.health"),
    Route("GET", "/dashboard/metrics", "learning.metrics"),
    Route("GET", "/dashboard/mock/student-progress", "learning.mock_student_progress"),
    Route("GET", "/dashboard/mock/class-analytics", "learning.mock_class_analytics"),
    Route("POST", "/dashboard/comparative", "learning.comparative"),
    Route("GET", "/dashboard/student-insights", "learning.student_insights"),
    Route("GET", "/dashboard/student-insights/{user_id}", "learning.student_insights", greedy=True),
    Route("GET", "/dashboard/class-overview", "learning.class_overview"),
    Route("GET", "/v1/directory/alert-rules", "directory.alert_rules"),
    Route("PUT", "/v1/directory/alert-rules/{board}/{rule_id}", "directory.alert_rules"),
    Route("DELETE", "/v1/directory/alert-rules/{board}/{rule_id}", "directory.alert_rules"),
    Route("GET", "/dashboard/stream", "learning.stream"),
    Route("GET", "/api/v1/dashboard/realtime/events", "realtime.events"),
    Route("POST", "/api/v1/dashboard/export", "export.jobs"),
    Route("GET", "/api/v1/dashboard/export", "export.jobs"),
    Route("GET", "/api/v1/dashboard/export/{job_id}", "export.jobs"),
    Route("DELETE", "/api/v1/dashboard/export/{job_id}", "export.jobs"),
    Route("POST", "/api/v1/dashboard/export/{job_id}/retry", "export.jobs"),
    Route("GET", "/api/v1/dashboard/export/{job_id}/download", "export.download"),
    Route("POST", "/dashboard/analytics/predictive", "learning.predictive"),
    Route("POST", "/dashboard/analytics/comparative", "learning.analytics_comparative"),
    Route("POST", "/dashboard/analytics/content-effectiveness", "learning.content_effectiveness"),
    Route("POST", "/dashboard/analytics/statistical", "learning.statistical"),
    Route("POST", "/dashboard/analytics/insights", "learning.insights"),
    Route("POST", "/dashboard/analytics/train-models", "learning.train_models"),
    Route("GET", "/api/metrics", "productivity.metrics"),
    Route("GET", "/api/metrics/raw", "productivity.raw"),
    Route("GET", "/api/insights", "productivity.insights"),
    Route("POST", "/api/insights/{insight_id}/dismiss", "productivity.dismiss"),
    Route("GET", "/api/metrics/overview", "productivity.overview"),
    Route("GET", "/api/metrics/timeseries", "productivity.timeseries"),
    Route("GET", "/api/metrics/hourly", "productivity.hourly"),
    Route("GET", "/api/activity/heatmap", "productivity.heatmap"),
    Route("GET", "/api/activity/trends", "productivity.trends"),
    Route("GET", "/api/profile", "productivity.profile"),
    Route("GET", "/api/profile/dimensions", "productivity.dimensions"),
    Route("GET", "/api/profile/badges", "productivity.badges"),
    Route("GET", "/api/profile/languages", "productivity.languages"),
    Route("GET", "/api/sessions", "productivity.sessions"),
    Route("GET", "/api/sessions/{session_id}", "productivity.session_detail", greedy=True),
    Route("GET", "/grafana/v1/timeseries", "grafana.timeseries"),
    Route("GET", "/grafana/v1/table", "grafana.table"),
    Route("GET", "/grafana/v1/values", "grafana.values"),
    Route("GET", "/grafana/v1/annotations", "grafana.annotations"),
    Route("GET", "/v1/directory/classes", "directory.classes"),
    Route("POST", "/v1/directory/classes", "directory.classes"),
    Route("GET", "/v1/directory/classes/{class_id}", "directory.classes"),
    Route("PUT", "/v1/directory/classes/{class_id}", "directory.classes"),
    Route("DELETE", "/v1/directory/classes/{class_id}", "directory.classes"),
    Route("GET", "/v1/directory/classes/{class_id}/students", "directory.students"),
    Route("POST", "/v1/directory/classes/{class_id}/students", "directory.students"),
    Route("PUT", "/v1/directory/classes/{class_id}/students/{user_id}", "directory.students", greedy=True),
    Route("DELETE", "/v1/directory/classes/{class_id}/students/{user_id}", "directory.students", greedy=True),
    Route("GET", "/v1/directory/users", "directory.users"),
    Route("POST", "/v1/directory/users", "directory.users"),
    Route("GET", "/v1/directory/users/{user_id}", "directory.users"),
    Route("PUT", "/v1/directory/users/{user_id}", "directory.users"),
    Route("DELETE", "/v1/directory/users/{user_id}", "directory.users"),
    Route("GET", "/v1/directory/agents", "directory.agents"),
    Route("POST", "/v1/directory/agents", "directory.agents"),
    Route("GET", "/v1/directory/agents/{agent_id}", "directory.agents"),
    Route("PUT", "/v1/directory/agents/{agent_id}", "directory.agents"),
    Route("DELETE", "/v1/directory/agents/{agent_id}", "directory.agents"),
    Route("GET", "/v1/directory/concepts", "directory.concepts"),
    Route("POST", "/v1/directory/concepts", "directory.concepts"),
    Route("PUT", "/v1/directory/concepts", "directory.concepts"),
    Route("GET", "/v1/directory/concepts/{concept_id}", "directory.concepts"),
    Route("PUT", "/v1/directory/concepts/{concept_id}", "directory.concepts"),
    Route("DELETE", "/v1/directory/concepts/{concept_id}", "directory.concepts"),
    Route("GET", "/v1/directory/workspace", "directory.workspace"),
    Route("PUT", "/v1/directory/workspace", "directory.workspace"),
    Route("POST", "/auth/token", "auth.token"),
    Route("POST", "/auth/refresh", "auth.refresh"),
    Route("POST", "/v1/webhooks/github/{workspace}", "productivity.github_webhook"),
    Route("GET", "/", "productivity.root"),
    Route("GET", "/health", "ops.health"),
    Route("GET", "/openapi.json", "ops.openapi"),
    Route("GET", "/docs", "ops.docs"),
    Route("GET", "/redoc", "ops.docs"),
)
FALLBACK = "ops.not_found"


def _pattern(path: str) -> re.Pattern[str]:
    parts = re.split(r"(\{\w+\+?\})", path)
    return re.compile("".join(_varying(part) if part.startswith("{") else re.escape(part) for part in parts))


def _varying(part: str) -> str:
    return ".+" if part.endswith("+}") else "[^/]+"


_PATTERNS = tuple((_pattern(route.deployed), route) for route in ROUTES)


def routes_of(path: str) -> dict[str, Route]:
    """The routes of a path by method; empty when nobody knows the path."""
    return {route.method: route for pattern, route in _PATTERNS if pattern.fullmatch(path)}


def paths() -> list[str]:
    """Every path there is, once."""
    return sorted({route.path for route in ROUTES})
