"""Spares every cold start two things that FastAPI does for others: a seventh of an endpoint's import time.

Its OpenAPI models matter only to who asks for the document: left unbuilt, each is built at its first use. That
works when this is imported before anything imports FastAPI, as `belvedere.http` does; afterwards it changes nothing.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pydantic

_config = pydantic.BaseModel.model_config
pydantic.BaseModel.model_config = {**_config, "defer_build": True}
try:
    import fastapi.openapi.models  # noqa: F401
finally:
    pydantic.BaseModel.model_config = _config


@contextmanager
def without_pydantic_v1() -> Iterator[None]:
    """FastAPI asks of each parameter's type whether it is of pydantic 1, and imports that; absent, the answer is no."""
    if "pydantic.v1" in sys.modules:
        yield
        return
    sys.modules["pydantic.v1"] = None  # type: ignore[assignment]  # how Python marks a module as not to be had
    try:
        yield
    finally:
        del sys.modules["pydantic.v1"]
