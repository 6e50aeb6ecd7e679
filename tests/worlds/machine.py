"""The state machine of exports in this process: each step is the function that Lambda would run, one after another.

`infra/export.asl.yaml` is what is followed, as far as a job that succeeds goes; retries, failures and what happens side
by side are tested on the deployed machine.
"""

import json
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from belvedere.export.jobs.job import ExportJob
from belvedere.export.jobs.start import execution_name
from export import assemble, finish, part, plan, workbook

CONTEXT = SimpleNamespace(function_name="export", memory_limit_in_mb=512, aws_request_id="export-1")
Json = dict[str, Any]


@dataclass
class Machine:
    """Executions by name; `waits` keeps those that begin from running until `run`."""

    executions: dict[str, Json] = field(default_factory=dict)
    stopped: list[str] = field(default_factory=list)
    waits: bool = False
    broken: bool = False

    def start(self, name: str, given: str) -> None:
        """What `StartExecution` does: the same name twice is once."""
        if self.broken:
            raise ConnectionError("no state machine")
        if name not in self.executions:
            self.executions[name] = json.loads(given)
            if not self.waits:
                self.run(name)

    def stop(self, job: ExportJob) -> None:
        """What `StopExecution` does."""
        self.stopped.append(execution_name(job))

    def status(self, name: str) -> str | None:
        """What `DescribeExecution` tells: an execution that waits runs, any other has ended."""
        if name not in self.executions:
            return None
        return "RUNNING" if self.waits else "SUCCEEDED"

    def run(self, name: str) -> None:
        """All steps of an execution."""
        event = self.executions[name]
        planned = plan.handler(event, CONTEXT)
        for number in planned["parts"]:
            part.handler(event | {"part": number}, CONTEXT)
        made = (workbook if event["format"] == "excel" else assemble).handler(event, CONTEXT)
        if not made["stopped"]:
            finish.handler(event, CONTEXT)
