"""Every sample event runs through its handler, on real tables, as Lambda would hand it over."""

import importlib
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from infra.local.settings import ROOT

SAMPLES = sorted((ROOT / "events").glob("*.json"))
ABOUT_NOTHING = {  # of these tables, that is
    "ops.not_found", "productivity.dismiss", "productivity.session_detail",
}  # fmt: skip
CONTEXT = SimpleNamespace(
    function_name="sample", memory_limit_in_mb=512, invoked_function_arn="arn:sample", aws_request_id="request-1",
    get_remaining_time_in_millis=lambda: 30_000,
)  # fmt: skip


@pytest.fixture(scope="module")
def admin_key(tables: dict[str, str]) -> str:
    from belvedere.auth.keys import create_key
    from belvedere.boards.demo_accounts import create_demo_accounts
    from belvedere.boards.learning.directory.register_classes import create_class
    from belvedere.boards.learning.directory.requests import NewClassBody
    from belvedere.storage.tables import tables as tables_of

    create_demo_accounts(tables_of("demo"))
    create_class(tables_of("demo"), NewClassBody(class_id="class-1", name="Of the samples"))
    return create_key("demo", "admin", "samples").key


def run(path: Path, key: str) -> Any:
    event = json.loads(path.read_text().replace("REPLACE_WITH_A_KEY", key))
    return importlib.import_module(path.stem).handler(event, CONTEXT)


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_a_sample_is_understood_by_its_handler(path: Path, admin_key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("realtime.heartbeat.HALF_A_MINUTE_S", 0.0)
    answer = run(path, admin_key)
    if "statusCode" in answer:
        assert answer["statusCode"] == (404 if path.stem in ABOUT_NOTHING else 200), answer


def test_the_fold_s_sample_is_one_change_that_is_folded(admin_key: str) -> None:
    answer = run(ROOT / "events" / "fold.rollups.json", admin_key)
    assert answer["changes"] == 1
    assert answer["put_aside"] == 0
