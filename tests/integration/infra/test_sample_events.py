"""Every sample event runs through its handler, on real tables, as Lambda would hand it over."""

import importlib
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from belvedere.auth.secret import SECRET
from belvedere.clock import now_ms
from belvedere.export.jobs.download_token import Download, sign
from infra.local.settings import ROOT
from tests.contract.fixtures import served
from tests.integration.policies.scenarios.export import JOB, job
from tests.worlds.served import Served

__all__ = ["served"]

SAMPLES = sorted((ROOT / "events").glob("*.json"))
STATUSES = {  # where it is not 200; what is not there is not in these tables
    "ops.not_found": 404, "productivity.dismiss": 404, "productivity.session_detail": 404,
    "export.jobs": 202, "export.download": 302,
}  # fmt: skip
OF_EVERYBODY = {"data_types": ["learning.interaction"]}
STEPS_BEFORE = {  # of the job of the samples, that is
    "export.plan": 0, "export.part": 1, "export.assemble": 2, "export.workbook": 2, "export.finish": 3,
    "export.download": 4,
}  # fmt: skip
CONTEXT = SimpleNamespace(
    function_name="sample", memory_limit_in_mb=512, invoked_function_arn="arn:sample", aws_request_id="request-1",
    get_remaining_time_in_millis=lambda: 30_000,
)  # fmt: skip


@pytest.fixture(scope="module")
def admin_key(served: Served) -> str:
    from belvedere.auth.keys import create_key
    from belvedere.boards.demo_accounts import create_demo_accounts
    from belvedere.boards.learning.directory.register_classes import create_class
    from belvedere.boards.learning.directory.requests import NewClassBody
    from belvedere.storage.tables import tables as tables_of

    create_demo_accounts(tables_of("demo"))
    create_class(tables_of("demo"), NewClassBody(class_id="class-1", name="Of the samples"))
    return create_key("demo", "admin", "samples").key


def run(path: Path, key: str) -> Any:
    token = sign(Download("demo", JOB, 1), secret=SECRET.value(), now_s=now_ms() // 1_000)
    text = path.read_text().replace("REPLACE_WITH_A_KEY", key).replace("REPLACE_WITH_A_TOKEN", token)
    event = json.loads(text)
    return importlib.import_module(path.stem).handler(event, CONTEXT)


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_a_sample_is_understood_by_its_handler(path: Path, admin_key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("realtime.heartbeat.HALF_A_MINUTE_S", 0.0)
    if (steps := STEPS_BEFORE.get(path.stem)) is not None:
        job(steps, "admin", format="excel" if path.stem == "export.workbook" else "csv", **OF_EVERYBODY)
    answer = run(path, admin_key)
    if "statusCode" in answer:
        assert answer["statusCode"] == STATUSES.get(path.stem, 200), answer
    assert not answer.get("stopped"), answer


def test_the_fold_s_sample_is_one_change_that_is_folded(admin_key: str) -> None:
    answer = run(ROOT / "events" / "fold.rollups.json", admin_key)
    assert answer["changes"] == 1
    assert answer["put_aside"] == 0
