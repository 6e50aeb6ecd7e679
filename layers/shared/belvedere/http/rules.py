"""How one endpoint wants its requests handled."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from belvedere.clock import Clock, now_ms
from belvedere.errors import Invalid
from belvedere.http.headers import Average, Freshness
from belvedere.http.parameters import Parameters


@dataclass(frozen=True)
class Rules:
    """What the pipeline is told of an endpoint's route."""

    function: str
    route: str
    scope: str | None
    public: bool
    headers: Mapping[str, str]
    freshness: Freshness
    roles: tuple[str, ...] = ()
    limit: str | None = None
    parameters: Parameters | None = None  # None where nothing depends on a query, and any may come
    clock: Clock = now_ms
    average: Average = field(default_factory=Average)
    invalid_status: int = Invalid.status
