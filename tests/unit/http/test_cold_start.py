"""What a cold start may import: checked in a process of its own, because imports cannot be taken back."""

import subprocess
import sys
from pathlib import Path

import pytest

from belvedere.http.routes import FALLBACK, ROUTES

ROOT = Path(__file__).parents[3]
SLOW = ("boto3", "botocore.session", "botocore.client", "aws_xray_sdk", "pynamodb", "pandas", "numpy", "requests")
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


def test_fastapis_openapi_models_wait_until_somebody_asks_for_the_document() -> None:
    paths = f"import sys; sys.path.insert(0, {str(ROOT / 'layers/shared')!r})"
    code = (
        f"{paths}; import belvedere.http, pydantic; from fastapi.openapi.models import OpenAPI\n"
        "class After(pydantic.BaseModel): x: int\n"
        "print(OpenAPI.__pydantic_complete__, After.__pydantic_complete__)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env={})
    assert done.stdout.split() == ["False", "True"]
