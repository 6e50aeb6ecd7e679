"""The declaration of an endpoint: plain data, so that reading it imports no other endpoint and no AWS."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from belvedere.cache.policy import Policy


@dataclass(frozen=True, kw_only=True)
class EndpointDeclaration:
    """One endpoint, which is one handler module and one Lambda function.

    `routes` are methods and paths as API Gateway writes them: `GET /api/sessions/{session_id+}` takes slashes;
    `answers` says of each what it answers, where `purpose` does not. `scope` is what a key needs (None: no caller, but
    what `needs` says), `write_scope` what it needs for anything but GET, where that differs;
    `public` and `roles` say who else may call; `limit` is the class of `limits.rules`. `kind` names the answers that
    the module's `QUERY` keeps, fresh for `ttl_s` and then stale for `stale_s` seconds, as clients are told unless
    `revalidate` asks them to come back each time; `shared_kinds` are those of a `QUERY` in another module. `access`
    names what it reads and writes beside what follows from the rest (`infra/generate/statements.py`).
    `example` has `parameters`, a `body` and the `answer` of the only route; larger ones are in `http/examples.json`.
    """

    module: str
    purpose: str
    routes: tuple[str, ...]
    answers: Mapping[str, str] = field(default_factory=dict)
    scope: str | None = None
    needs: str = "nothing"
    write_scope: str | None = None
    public: bool = False
    roles: tuple[str, ...] | None = None
    limit: str | None = None
    kind: str = ""
    shared_kinds: Mapping[str, str] = field(default_factory=dict)
    ttl_s: int | None = None
    stale_s: int | None = None
    revalidate: bool = False
    cache_type: str | None = None
    invalid_status: int = 422
    access: tuple[str, ...] = ()
    parameters: Mapping[str, str] = field(default_factory=dict)
    example: Mapping[str, Any] = field(default_factory=dict)
    memory_mb: int | None = None
    warm: bool = False

    @property
    def cached(self) -> bool:
        """Whether answers are kept."""
        return bool(self.kind or self.shared_kinds)

    @property
    def policy(self) -> "Policy":
        """How long answers are kept; imported here, because most endpoints keep none."""
        from belvedere.cache.policy import Policy

        return Policy(ttl_s=self.ttl_s or 0, stale_s=self.stale_s or 0)

    def scope_of(self, method: str) -> str | None:
        """The scope that a method of this endpoint needs."""
        return self.write_scope if self.write_scope and method != "GET" else self.scope

    def answer_of(self, route: str) -> str:
        """What a route answers, in a few words."""
        return self.answers.get(route, self.purpose)

    def path_of(self, method: str, path: str | None = None) -> str:
        """A declared path as FastAPI takes it; the only one of the method where none is named. Raises ValueError."""
        paths = [route.partition(" ")[2] for route in self.routes if route.startswith(f"{method} ")]
        fitting = [declared for declared in paths if path in (None, declared.replace("+}", "}"))]
        if len(fitting) != 1:
            route = f"{method} {path or 'without a path'}"
            raise ValueError(f"{self.module}: {route} is not one route of {', '.join(self.routes)}")
        return fitting[0].replace("+}", ":path}")
