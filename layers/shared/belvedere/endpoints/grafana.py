"""Endpoints that Grafana's Infinity data source reads."""

from belvedere.endpoints.declaration import EndpointDeclaration

TIMESERIES = EndpointDeclaration(
    module="grafana.timeseries",
    purpose="Flat rows over time for Grafana's Infinity data source.",
    routes=("GET /grafana/v1/timeseries",),
    scope="read",
    shared_kinds={"flat": "belvedere.cache.flat_rows"},
    ttl_s=300,
    stale_s=600,
    revalidate=True,
    access=("rollups", "watermark"),
)

TABLE = EndpointDeclaration(
    module="grafana.table",
    purpose="Flat rows without time: tables, bars, single numbers.",
    routes=("GET /grafana/v1/table",),
    scope="read",
    shared_kinds={"flat": "belvedere.cache.flat_rows"},
    ttl_s=300,
    stale_s=600,
    revalidate=True,
    access=("rollups", "watermark"),
)

VALUES = EndpointDeclaration(
    module="grafana.values",
    purpose="The values of a dimension, as options of a dashboard variable.",
    routes=("GET /grafana/v1/values",),
    scope="read",
    shared_kinds={"flat": "belvedere.cache.flat_rows"},
    ttl_s=300,
    stale_s=600,
    revalidate=True,
    access=("rollups", "watermark"),
)

ANNOTATIONS = EndpointDeclaration(
    module="grafana.annotations",
    purpose="Deployments and incidents, drawn on every panel.",
    routes=("GET /grafana/v1/annotations",),
    scope="read",
    access=("raw_events", "rollup_rows"),
)
