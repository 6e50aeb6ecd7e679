"""Endpoints that Grafana's Infinity data source reads."""

from belvedere.endpoints.declaration import EndpointDeclaration


def _flat_rows(name: str, purpose: str) -> EndpointDeclaration:
    """A GET of the generic query that answers flat rows."""
    return EndpointDeclaration(
        module=f"grafana.{name}",
        purpose=purpose,
        routes=(f"GET /grafana/v1/{name}",),
        scope="read",
        shared_kinds={"flat": "belvedere.cache.flat_rows"},
        ttl_s=300,
        stale_s=600,
        revalidate=True,
        access=("rollups", "watermark"),
    )


TIMESERIES = _flat_rows("timeseries", "Flat rows over time for Grafana's Infinity data source.")
TABLE = _flat_rows("table", "Flat rows without time: tables, bars, single numbers.")
VALUES = _flat_rows("values", "The values of a dimension, as options of a dashboard variable.")

ANNOTATIONS = EndpointDeclaration(
    module="grafana.annotations",
    purpose="Deployments and incidents, drawn on every panel.",
    routes=("GET /grafana/v1/annotations",),
    scope="read",
    access=("raw_events", "rollup_rows"),
)
