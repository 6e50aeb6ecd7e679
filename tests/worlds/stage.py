"""A stack in this process on which one function at a time runs as if in a new process of its own."""

import importlib
import json
import os
from types import SimpleNamespace
from typing import Any

import pytest

from belvedere.auth import lookup, people
from belvedere.auth.secret import SECRET
from belvedere.auth.webhooks import MASTER
from belvedere.boards.demo_accounts import create_demo_accounts
from belvedere.boards.learning.directory.enrolment import change_students
from belvedere.boards.learning.directory.register_classes import create_class
from belvedere.boards.learning.directory.requests import EnrolmentBody, NewClassBody
from belvedere.cache import serve, store
from belvedere.cache.refresh import Refresher, start_by_invoke
from belvedere.clock import now_ms
from belvedere.export.jobs.reading import execution_status
from belvedere.export.jobs.start import start_execution, stop_execution
from belvedere.limits.limiter import limiter
from belvedere.query.reader.page_memory import MEMORY
from belvedere.settings import Settings, settings
from belvedere.storage.tables import tables
from belvedere.usage.ledger import ledger_of
from infra.local.settings import ROOT
from tests.contract.learning.school import EVENTS
from tests.contract.people import token_of
from tests.integration.policies import recorder
from tests.integration.policies.permissions import MODULES, functions_of_environment
from tests.integration.policies.recorder import Recorder
from tests.worlds.served import Served

CONTEXT = SimpleNamespace(
    function_name="policies", memory_limit_in_mb=512, invoked_function_arn="arn:policies", aws_request_id="request-1",
    get_remaining_time_in_millis=lambda: 600_000,
)  # fmt: skip
FUNCTIONS = (
    "RECOUNT_FUNCTION", "REFRESH_FUNCTION", "TRAIN_FUNCTION", "WARM_FUNCTIONS", "PUSH_FUNCTION", "DELIVER_FUNCTION",
    "ASSOCIATION_FUNCTION", "SEAL_FUNCTION",
)  # fmt: skip
UNNAMED = {  # what a function starts elsewhere, and not here
    "cache.refresh": ("REFRESH_FUNCTION",),  # it works out by itself what is stale
}
Event = dict[str, Any]


class Stage:
    """The school's week, a watch on every call, and a clock for the cache that can be put forward."""

    def __init__(self, served: Served, patched: pytest.MonkeyPatch) -> None:
        self.served = served
        self.recorder = Recorder({})
        self.ahead_ms = 0
        self._patched = patched
        served.send_and_fold(*EVENTS)
        served.key("admin")
        mine = tables("demo")
        create_demo_accounts(mine)
        create_class(mine, NewClassBody(class_id="of-the-stage", name="n", instructors=["instructor"]))
        change_students(mine, "of-the-stage", EnrolmentBody(add=["user1"], remove=[]))
        patched.setenv("USAGE_FLUSH_S", "5")
        patched.setenv("JWT_SECRET_ARN", "TokenSecret")
        patched.setattr(serve, "cache_of", self._cache_of)
        patched.setattr("belvedere.export.jobs.start.start_execution", start_execution)
        patched.setattr("export.jobs.stop_execution", stop_execution)
        patched.setattr("belvedere.export.jobs.reading.execution_status", execution_status)
        patched.setattr(store, "worth_storing", lambda *_: True)

    def enter(self, module: str, recorder: Recorder) -> None:
        """Become one function: its environment, its recorder, and a process that remembers nothing."""
        self.recorder, self.ahead_ms = recorder, 0
        for name in FUNCTIONS:
            self._patched.delenv(name, raising=False)
        self._patched.setattr(CONTEXT, "function_name", MODULES[module])
        self.hold_callers_to_their_limits(False)
        for name, value in functions_of_environment(module).items():
            self._patched.setenv(name, value)
        self.new_process()

    def new_process(self) -> None:
        """Forget whatever a process keeps between requests."""
        for remembered in (settings, ledger_of, limiter):
            remembered.cache_clear()
        for forgotten in (lookup.MEMORY, people.MEMORY, SECRET, MASTER):
            forgotten.forget()
        MEMORY._pages.clear()
        self._cache: serve.Cache | None = None

    def run(self, module: str, event: Event) -> Any:
        """One invocation, watched. A function that the template does not name to it is named so that it is seen."""
        lacking = [name for name in FUNCTIONS if name not in os.environ and name not in UNNAMED.get(module, ())]
        with pytest.MonkeyPatch.context() as patched, self.recorder.watching():
            for name in lacking:
                patched.setenv(name, f"{name}, which its environment lacks")
            settings.cache_clear()
            try:
                return importlib.import_module(module).handler(event, CONTEXT)
            finally:
                settings.cache_clear()

    def hold_callers_to_their_limits(self, on: bool) -> None:
        """Scenarios ask more often than a caller may; the sample alone shows what counting needs."""
        self._patched.setenv("RATE_LIMIT_ENABLED", str(on).lower())
        settings.cache_clear()

    def sample(self, module: str, user: str | None = None) -> Event:
        """The sample event, with a key that opens the door, or with the token of a demo account."""
        text = (ROOT / "events" / f"{module}.json").read_text()
        event = dict(json.loads(text.replace("REPLACE_WITH_A_KEY", self.served.key("admin"))))
        if user is not None:
            event["headers"] = {name: value for name, value in event["headers"].items() if name.lower() != "x-api-key"}
            event["headers"]["authorization"] = f"Bearer {token_of(user, secret=recorder.SECRET)}"
        return event

    def sample_of_a_person(self, module: str) -> list[Event]:
        """The same from an administrator, where a caller is known by a key or a token."""
        keyed = "x-api-key" in map(str.lower, self.sample(module).get("headers", {}))
        return [self.sample(module, "admin")] if keyed else []

    def http(
        self, module: str, body: Any = None, query: str = "", at: tuple[str, str] | None = None, user: str | None = None
    ) -> Any:
        """The sample request with another body or query, to another of the module's routes (method and path), or from a
        demo account."""
        event = self.sample(module, user) | ({"body": json.dumps(body)} if body is not None else {})
        if at:
            event["rawPath"], event["rawQueryString"] = at[1], ""  # what the sample asks may be refused there
            event["requestContext"]["http"] |= {"method": at[0], "path": at[1]}
            event["headers"]["content-type"] = "application/json"
        answer = self.run(module, event | ({"rawQueryString": query} if query else {}))
        assert answer["statusCode"] in (200, 201, 202, 204), answer
        return answer

    def news(self) -> Event:
        """What the stream has to tell since it was last read."""
        return {"Records": self.served.stream.read()}

    def _cache_of(self, names: Settings) -> serve.Cache:
        if self._cache is None:
            function = names.refresh_function
            refresher = Refresher(lambda payload: start_by_invoke(function, payload)) if function else None
            clock = lambda: now_ms() + self.ahead_ms  # noqa: E731
            self._cache = serve.Cache(tables, clock=clock, refresher=refresher, chance=lambda: 0.0)
        return self._cache
