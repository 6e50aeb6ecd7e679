"""What happens around every endpoint, in the order it happens: identify, authenticate, answer, finish, record.

Pure ASGI around the endpoint's own application; whatever goes wrong inside leaves as the one envelope.
"""

import asyncio

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Receive, Scope, Send

from belvedere import deadline
from belvedere.auth.access import require_role, require_workspace
from belvedere.auth.caller import ANONYMOUS, Caller, anonymous_allowed, authenticate
from belvedere.cost import Cost
from belvedere.errors import Forbidden, Invalid
from belvedere.http.answers import Capture, FinishedAnswer, encode
from belvedere.http.errors import envelope, refusal
from belvedere.http.exchange import Exchange, begin, stage
from belvedere.http.finish import finish
from belvedere.http.limited import count, give_back
from belvedere.http.record import record
from belvedere.http.route_dispatch import as_get
from belvedere.http.rules import Rules
from belvedere.storage.meter import metered
from belvedere.usage import begin as begin_notes
from belvedere.usage import taken
from belvedere.usage.measure import count_request

CALLER = "belvedere.caller"


class Pipeline:
    """An ASGI application that wraps an endpoint's."""

    def __init__(self, app: ASGIApp, rules: Rules) -> None:
        self._app = app
        self._rules = rules

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        with begin(scope) as exchange, metered() as exchange.meter:
            begin_notes()
            answer = await self._answer(exchange, scope, receive)
            ms, spent = finish(exchange, answer, self._rules)
            try:
                await answer.send(send)
            finally:
                await self._record(exchange, answer, ms, spent)

    async def _answer(self, exchange: Exchange, scope: Scope, receive: Receive) -> FinishedAnswer:
        capture = Capture()
        try:
            with deadline.within(exchange.seconds):
                async with asyncio.timeout(exchange.seconds):
                    if self._rules.scope is not None:
                        await self._authenticate(exchange, scope, self._rules.scope)
                    await count(exchange, self._rules.limit)
                    self._check_parameters(scope)
                    await self._app(as_get(scope), receive, capture)
        except Exception as error:
            exchange.error = error
            refused = self._refuse(exchange, error)
            await give_back(exchange, refused)
            return refused
        return capture.answer()

    async def _authenticate(self, exchange: Exchange, scope: Scope, needed: str) -> None:
        with stage("auth"):
            query = scope.get("query_string", b"").decode("latin-1")
            exchange.caller = await authenticate(exchange.headers, query, needed, public=self._rules.public)
        if exchange.caller is not ANONYMOUS:
            exchange.caller = self._in_a_role(exchange.caller)
        require_workspace(exchange.caller, query)
        scope[CALLER] = exchange.caller

    def _check_parameters(self, scope: Scope) -> None:
        if self._rules.parameters is not None:
            self._rules.parameters.check(scope.get("query_string", b"").decode("latin-1"))

    def _in_a_role(self, caller: Caller) -> Caller:
        """The caller, if their role may call this; where nobody has to say who they are, whoever may not is nobody.

        So signing in never takes away what could be read without. Raises Forbidden.
        """
        try:
            require_role(caller, *self._rules.roles)
        except Forbidden:
            if self._rules.public and anonymous_allowed() and caller.workspace == ANONYMOUS.workspace:
                return ANONYMOUS
            raise
        return caller

    def _refuse(self, exchange: Exchange, error: Exception) -> FinishedAnswer:
        refused = refusal(error)
        if isinstance(refused, Invalid):
            refused.status = self._rules.invalid_status
        body = encode(envelope(refused, request_id=exchange.request_id, at_ms=self._rules.clock()))
        headers = {"content-type": "application/json", "content-length": str(len(body)), **refused.headers}
        return FinishedAnswer(refused.status, MutableHeaders(headers), body)

    async def _record(self, exchange: Exchange, answer: FinishedAnswer, ms: float, spent: Cost) -> None:
        noted, rules = taken(), self._rules
        record(exchange, function=rules.function, route=rules.route, status=answer.status, size=len(answer.body), ms=ms,
               cost=spent)  # fmt: skip
        if exchange.caller:
            await count_request(exchange.caller.workspace, rules.route, exchange.meter, noted, nano_usd=spent.nano_usd,
                                ms=ms, failed=answer.status >= 500)  # fmt: skip
