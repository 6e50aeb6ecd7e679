"""What happens around every endpoint, in the order it happens: identify, authenticate, answer, finish, record.

Pure ASGI around the endpoint's own application; whatever goes wrong inside leaves as the one envelope.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Receive, Scope, Send

from belvedere import cost
from belvedere.auth.access import require_role, require_workspace
from belvedere.auth.caller import ANONYMOUS, authenticate
from belvedere.clock import Clock, now_ms
from belvedere.http.answers import Answer, Capture, compress, encode, not_modified, strip_body
from belvedere.http.errors import envelope, refusal
from belvedere.http.exchange import Exchange, begin, stage
from belvedere.http.headers import Average, Freshness, add_safety, costs, put, timing
from belvedere.http.record import record
from belvedere.settings import settings
from belvedere.storage.meter import metered
from belvedere.usage import begin as begin_notes
from belvedere.usage import taken
from belvedere.usage.measure import count_request

CALLER = "belvedere.caller"
NOT_COUNTED = (400, 422)  # told before much work; other refusals took some, and could be asked for all day
MUCH_READ = 10  # units: a caller and a version are fewer; too many groups are told after reading all of them
KEYED_VARY = "X-API-Key, Authorization"


@dataclass(frozen=True)
class Rules:
    """How one endpoint wants its requests handled."""

    function: str
    route: str
    scope: str | None
    public: bool
    headers: Mapping[str, str]
    freshness: Freshness
    roles: tuple[str, ...] = ()
    limit: str | None = None
    clock: Clock = now_ms
    average: Average = field(default_factory=Average)


class Pipeline:
    """An ASGI application that wraps an endpoint's."""

    def __init__(self, app: ASGIApp, rules: Rules) -> None:
        self._app = app
        self._rules = rules

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        with begin(scope) as exchange, metered() as exchange.meter:
            begin_notes()
            answer = await self._answer(exchange, scope, receive)
            processing_ms = exchange.elapsed_ms()
            if not_modified(exchange.headers, exchange.method, answer):
                strip_body(answer)
            if settings().compression_enabled:
                compress(exchange.headers, answer, settings().compression_min_size)
            if exchange.method == "HEAD":
                answer.body = b""
            ms, spent = self._finish(exchange, answer, processing_ms)
            try:
                await answer.send(send)
            finally:
                noted = taken()
                record(
                    exchange,
                    function=self._rules.function,
                    route=self._rules.route,
                    status=answer.status,
                    size=len(answer.body),
                    ms=ms,
                    cost=spent,
                )
                if exchange.caller:
                    await count_request(
                        exchange.caller.workspace,
                        self._rules.route,
                        exchange.meter,
                        noted,
                        nano_usd=spent.nano_usd,
                        ms=ms,
                        failed=answer.status >= 500,
                    )

    async def _answer(self, exchange: Exchange, scope: Scope, receive: Receive) -> Answer:
        capture = Capture()
        try:
            if self._rules.scope is not None:
                with stage("auth"):
                    query = scope.get("query_string", b"").decode("latin-1")
                    exchange.caller = await authenticate(
                        exchange.headers, query, self._rules.scope, public=self._rules.public
                    )
                if exchange.caller is not ANONYMOUS:
                    require_role(exchange.caller, *self._rules.roles)
                require_workspace(exchange.caller, query)
                scope[CALLER] = exchange.caller
            await self._limit(exchange)
            await self._app(scope, receive, capture)
        except Exception as error:
            exchange.error = error
            refused = self._refuse(exchange, error)
            if refused.status in NOT_COUNTED and exchange.meter.read_units < MUCH_READ:
                await self._give_back(exchange)
            return refused
        return capture.answer()

    async def _limit(self, exchange: Exchange) -> None:
        """Count the request where its endpoint is limited. Raises RateLimited."""
        if self._rules.limit is None or not settings().rate_limit_enabled:
            return
        from belvedere.limits.limiter import count_request as counted  # only limited endpoints need it

        with stage("limit"):
            exchange.counted = await counted(self._rules.limit, exchange.caller, exchange.address)
        if exchange.counted:
            exchange.told |= exchange.counted.headers

    async def _give_back(self, exchange: Exchange) -> None:
        """A request that could not be understood does not count against its caller."""
        if exchange.counted is None:
            return
        from belvedere.limits.limiter import limiter

        with stage("limit"):
            exchange.counted = await limiter().give_back(exchange.counted)
        exchange.told |= exchange.counted.headers

    def _refuse(self, exchange: Exchange, error: Exception) -> Answer:
        refused = refusal(error)
        body = encode(envelope(refused, request_id=exchange.request_id, at_ms=self._rules.clock()))
        headers = {"content-type": "application/json", "content-length": str(len(body)), **refused.headers}
        return Answer(refused.status, MutableHeaders(headers), body)

    def _finish(self, exchange: Exchange, answer: Answer, processing_ms: float) -> tuple[float, cost.Cost]:
        """Add what every answer carries; returns the time and the cost it was told."""
        headers, rules, ms = answer.headers, self._rules, exchange.elapsed_ms()
        spent = cost.request_cost(
            cost.prices(),
            read_units=exchange.meter.read_units,
            write_units=exchange.meter.write_units,
            ms=ms,
            memory_mb=exchange.memory_mb,
            through_lambda=exchange.through_lambda,
        )
        put(
            headers,
            {
                "X-Request-ID": exchange.request_id,
                **rules.headers,
                **exchange.told,
                **timing(exchange, ms=ms, processing_ms=processing_ms, average=rules.average),
                **costs(exchange, spent),
            },
        )
        if settings().security_headers_enabled:
            add_safety(headers)
        headers.setdefault("Cache-Control", rules.freshness.of(exchange.method, answer.status))
        if rules.scope is not None:
            headers.add_vary_header(KEYED_VARY)
        return ms, spent
