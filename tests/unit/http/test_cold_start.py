"""What a cold start may import: checked in a process of its own, because imports cannot be taken back."""

import importlib
import subprocess
import sys
from pathlib import Path

import pytest

from belvedere.http.lean_fastapi import without_pydantic_v1
from belvedere.http.routes import FALLBACK, ROUTES

ROOT = Path(__file__).parents[3]
SLOW = ("boto3", "botocore.session", "botocore.client", "aws_xray_sdk", "pynamodb", "pydantic.v1", "pandas", "requests")
MODULES = sorted({*(route.module for route in ROUTES), FALLBACK, "ops.warm"})


def imported_by(module: str) -> set[str]:
    """The names of everything that importing a handler module imports."""
    paths = f"import sys; sys.path[:0] = [{str(ROOT / 'functions')!r}, {str(ROOT / 'layers/shared')!r}]"
    code = f"{paths}; import {module}; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env={})
    return set(done.stdout.split())


@pytest.mark.parametrize("module", MODULES)
def test_importing_a_handler_imports_nothing_slow_and_needs_no_environment(module: str) -> None:
    assert imported_by(module).isdisjoint(SLOW)


def test_pydantic_1_can_still_be_had_by_those_who_want_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "pydantic.v1", raising=False)
    monkeypatch.delattr("pydantic.v1", raising=False)
    with without_pydantic_v1(), pytest.raises(ImportError):
        from pydantic import v1  # noqa: F401
    assert importlib.import_module("pydantic.v1").BaseModel


def test_fastapis_openapi_models_wait_until_somebody_asks_for_the_document() -> None:
    paths = f"import sys; sys.path.insert(0, {str(ROOT / 'layers/shared')!r})"
    code = (
        f"{paths}; import belvedere.http, pydantic; from fastapi.openapi.models import OpenAPI\n"
        "class After(pydantic.BaseModel): x: int\n"
        "print(OpenAPI.__pydantic_complete__, After.__pydantic_complete__)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env={})
    assert done.stdout.split() == ["False", "True"]
