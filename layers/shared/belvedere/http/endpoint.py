"""The factory of every endpoint Lambda: a function, its route, and all that surrounds a request.

    from belvedere.boards.learning.endpoints import SUMMARY
    from belvedere.http import CallerDep, Endpoint, Query, Response

    endpoint = Endpoint.of(SUMMARY, headers=BOARD.headers)

    @endpoint.get()
    async def summary(caller: CallerDep, preset: Annotated[Preset | None, Query()] = None) -> Response:
        return endpoint.answer(payload, etag_source=payload["summary"])

    handler = endpoint.handler

The function translates and calls one thing. It may raise any `BelvedereError`, take `request: Request` and
`await request.body()`, time its parts with `stage("query")`, and answers finished bytes. `scope=None` is for
routes without a key; `public=True` for those that the contract lets anybody read, where PUBLIC_READ is on. `roles` are
the people who may call it (analysts and admins, unless told; service keys go by scope), `limit` the class of
`limits.rules` that its requests are counted in (its scope's, unless told; none without a scope). `invalid_status` is
for contracts in which a wrong field is a 400. A query parameter that
the function does not declare is refused, but where there is no key: pages and probes take any. Everything else
(caller, errors, headers, gzip, ETag, log, metrics) is `pipeline`'s.

Its declaration (`endpoints.declaration`) says all of that. An endpoint may serve several methods and paths of one
resource; each is logged and counted under its own name: `@endpoint.put("/things/{thing_id}")`. A path that is the only
one of its method need not be named; one that is not declared is refused.
"""

import inspect
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, NoReturn
from urllib.parse import quote

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp

from belvedere.auth.roles import roles_of
from belvedere.endpoints.declaration import EndpointDeclaration
from belvedere.errors import Invalid
from belvedere.http.answers import encode, weak_etag
from belvedere.http.exchange import current_method
from belvedere.http.headers import Average, Freshness
from belvedere.http.lambda_entry import LambdaEntry
from belvedere.http.last_resort import Guard
from belvedere.http.lean_fastapi import without_pydantic_v1
from belvedere.http.parameters import Parameters
from belvedere.http.pipeline import Pipeline
from belvedere.http.route_dispatch import RouteDispatch
from belvedere.http.rules import Rules
from belvedere.http.unrouted import unrouted
from belvedere.limits.rules import BY_SCOPE

ANY_METHOD = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")

Function = Callable[..., Awaitable[Response]]
Register = Callable[[Function], Function]
TAGGED = ("GET", "HEAD", None)  # None: an answer that is made outside a request
OF_THE_ENDPOINT = "the scope that the endpoint was made with"


class Endpoint:
    """One endpoint: an ASGI application with its routes, and the Lambda handler in front of it."""

    def __init__(
        self,
        name: str,
        *,
        scope: str | None,
        public: bool = False,
        roles: tuple[str, ...] | None = None,
        limit: str | None = None,
        headers: Mapping[str, str] | None = None,
        cache_type: str | None = None,
        fresh_s: int | None = None,
        stale_s: int | None = None,
        invalid_status: int = Invalid.status,
    ) -> None:
        self.name = name
        self.scope = scope
        self._limit = limit
        self.public = public
        self._roles = roles
        self._headers = dict(headers or {})
        self._cache_type = cache_type
        self._kept = {"fresh_s": fresh_s, "stale_s": stale_s}
        self._average = Average()
        self.invalid_status = invalid_status
        self._scopes: dict[tuple[str, str], str | None] = {}
        self._parameters: dict[tuple[str, str], Parameters] = {}
        self._limits: dict[tuple[str, str], str] = {}
        self.app = _bare_app(name)
        self.asgi: ASGIApp = self.app
        self._dispatch = RouteDispatch(Pipeline(unrouted, self._rules("$default", None)))
        self._entry: LambdaEntry | None = None
        self._declaration: EndpointDeclaration | None = None

    @classmethod
    def of(cls, declaration: EndpointDeclaration, *, headers: Mapping[str, str] | None = None) -> "Endpoint":
        """The endpoint that a declaration describes; `headers` are those of its board."""
        cacheable = not declaration.revalidate
        endpoint = cls(
            declaration.module,
            scope=declaration.scope,
            public=declaration.public,
            roles=declaration.roles,
            limit=declaration.limit,
            headers=headers,
            cache_type=declaration.cache_type,
            fresh_s=declaration.ttl_s if cacheable else None,
            stale_s=declaration.stale_s if cacheable else None,
            invalid_status=declaration.invalid_status,
        )
        endpoint._declaration = declaration
        return endpoint

    def get(self, path: str | None = None, **options: Any) -> Register:
        """Serve GET requests of a path with the decorated function."""
        return self._serve_method("GET", path, **options)

    def post(self, path: str | None = None, **options: Any) -> Register:
        """Serve POST requests of a path with the decorated function."""
        return self._serve_method("POST", path, **options)

    def put(self, path: str | None = None, **options: Any) -> Register:
        """Serve PUT requests of a path with the decorated function."""
        return self._serve_method("PUT", path, **options)

    def delete(self, path: str | None = None, **options: Any) -> Register:
        """Serve DELETE requests of a path with the decorated function."""
        return self._serve_method("DELETE", path, **options)

    def fallback(self) -> Register:
        """Serve whatever no route knows: API Gateway's `$default`."""
        return self._serve(ANY_METHOD, "/{path:path}", label="$default", include_in_schema=False)

    @property
    def example(self) -> Mapping[str, Any]:
        """The example that its declaration gives of its only route; empty where the file of examples has it."""
        return self._declaration.example if self._declaration else {}

    def scope_of(self, method: str, path: str) -> str | None:
        """The scope that a route of this endpoint needs; `path` as it was declared."""
        return self._scopes[method, path]

    def limit_of(self, method: str, path: str) -> str | None:
        """The class of limits in which requests of a route are counted; None where nobody counts."""
        return self._limits.get((method, path)) or self._limit_of(self._scopes[method, path])

    def roles_of(self, method: str, path: str) -> tuple[str, ...]:
        """The roles of people that may call a route of this endpoint; `path` as it was declared."""
        return roles_of(self._scopes[method, path], self._roles)

    def check_parameters(self, method: str, path: str, query_string: str) -> None:
        """Raises Invalid for a query parameter that a route does not take; `path` as it was declared."""
        self._parameters[method, path].check(query_string)

    def _serve_method(self, method: str, path: str | None, **options: Any) -> Register:
        """Register a function for a path as the declaration has it."""
        if self._declaration is None:
            assert path is not None, "an endpoint without a declaration has to name its paths"
            return self._serve((method,), path, **options)
        return self._serve(
            (method,), self._declaration.path_of(method, path), scope=self._declaration.scope_of(method), **options
        )

    def _serve(
        self,
        methods: tuple[str, ...],
        path: str,
        label: str | None = None,
        scope: str | None = OF_THE_ENDPOINT,
        limit: str | None = None,
        **options: Any,
    ) -> Register:
        """Register a function; `scope` and `limit` where they differ from the endpoint's; options go to FastAPI, for
        the OpenAPI document (`status_code=201` where an answer is not a 200)."""
        needed = self.scope if scope == OF_THE_ENDPOINT else scope
        named = path.replace(":path}", "}")

        def register(function: Function) -> Function:
            if not inspect.iscoroutinefunction(function):
                raise TypeError(f"{self.name}: an endpoint is an async def; a plain def would run in a thread pool")
            with without_pydantic_v1():
                self.app.add_api_route(path, function, methods=[*methods], response_model=None, **options)
            route = self.app.router.routes[-1]
            assert isinstance(route, APIRoute)
            self._scopes |= {(method, named): needed for method in methods}
            self._parameters |= {(method, named): Parameters.of(route) for method in methods}
            self._limits |= {(method, named): limit for method in methods if limit}
            rules = self._rules(label or f"{methods[0]} {named}", needed, route, limit)
            self._dispatch.add(route, Pipeline(self.app, rules))
            guarded = Guard(self._dispatch, self.name)
            keyed = any(scope is not None for scope in self._scopes.values())
            self.asgi, self._entry = guarded, LambdaEntry(self.name, guarded, checks_tokens=keyed)
            return function

        return register

    def _limit_of(self, scope: str | None) -> str | None:
        return self._limit or (BY_SCOPE[scope] if scope else None)

    def _rules(
        self, name: str, scope: str | None, route: APIRoute | None = None, limit: str | None = None
    ) -> Rules:
        keyed = scope is not None
        freshness, roles = Freshness(keyed=keyed, **self._kept), roles_of(scope, self._roles)
        counted = limit or self._limit_of(scope)
        return Rules(self.name, name, scope, self.public, self._headers, freshness, roles, counted,
                     Parameters.of(route) if keyed and route else None, average=self._average,
                     invalid_status=self.invalid_status)  # fmt: skip

    def answer(
        self,
        payload: Any,
        *,
        status: int = 200,
        etag_source: Any = None,
        cache_key: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Response:
        """A finished JSON answer (bytes are taken as they are).

        `etag_source` is the part whose change means a new answer: the weak ETag of a GET is made of it, so give it
        without `generated_at` and the like. Left out, the ETag is made of the whole body. Other methods have none.
        """
        body = encode(payload)
        added = dict(headers or {})
        if status == 200 and current_method() in TAGGED:
            added["ETag"] = weak_etag(body if etag_source is None else etag_source)
        if status == 200 and self._cache_type:
            added["X-Cache-Type"] = self._cache_type
        if cache_key:
            added["X-Cache-Key"] = cache_key
        return Response(body, status, added, media_type="application/json")

    def created(self, payload: Any, collection: str, name: str) -> Response:
        """A finished answer about something new, and the place where it is from now on (201)."""
        return self.answer(payload, status=201, headers={"Location": f"{collection}/{quote(name, safe='')}"})

    def nothing(self) -> Response:
        """A finished answer that has no body: done, and nothing to tell (204)."""
        return Response(status_code=204)

    @property
    def handler(self) -> LambdaEntry:
        """The Lambda entry point; there is one as soon as there is a route."""
        if self._entry is None:
            raise RuntimeError(f"{self.name}: an endpoint needs a route before its handler")
        return self._entry


def _bare_app(name: str) -> FastAPI:
    """FastAPI for its routes and their parameters; all else is the pipeline's."""
    return FastAPI(
        title=name,
        openapi_url=None,
        redirect_slashes=False,
        exception_handlers={HTTPException: _pass_on, RequestValidationError: _pass_on},
        telemetry={"tracing": False, "metrics": False, "logs": False, "operation_spans": False},
    )


async def _pass_on(_: Request, error: Exception) -> NoReturn:
    """Instead of FastAPI's own answers: the pipeline has one map for every error."""
    raise error
