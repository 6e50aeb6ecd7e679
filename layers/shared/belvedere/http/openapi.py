"""The OpenAPI document of all routes, put together from what each endpoint says of itself."""

import functools
from collections.abc import Callable, Iterator
from typing import Any

from belvedere.http.endpoint import Endpoint
from belvedere.http.examples import EVENT, with_examples
from belvedere.http.routes import ROUTES
from belvedere.version import VERSION

_TEXT = {"type": "string"}
ENVELOPE = {
    "type": "object",
    "description": "Every error has this form; some kinds add fields of their own.",
    "required": ["error", "detail", "code", "timestamp", "request_id"],
    "properties": {
        "error": _TEXT,
        "detail": _TEXT,
        "code": _TEXT,
        "timestamp": {"type": "string", "format": "date-time"},
        "request_id": _TEXT,
    },
}
SECURITY_SCHEMES = {
    "apiKey": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
    "bearer": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "A token of POST /auth/token, or an API key.",
    },
}
_REFUSED = {
    "description": "Refused or failed",
    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}},
}
_FASTAPI_ERRORS = ("HTTPValidationError", "ValidationError")

Find = Callable[[str], Endpoint]


@functools.cache
def document(find: Find) -> dict[str, Any]:
    """The combined document."""
    paths: dict[str, dict[str, Any]] = {}
    schemas: dict[str, Any] = {"Error": ENVELOPE, "Event": EVENT}
    for endpoint in _endpoints(find):
        described = endpoint.app.openapi()
        schemas |= described.get("components", {}).get("schemas", {})
        for path, operations in described["paths"].items():
            paths.setdefault(path, {}).update(
                {
                    method: with_examples(
                        f"{method.upper()} {path}", _finished(endpoint, method, path, operation), endpoint.example
                    )
                    for method, operation in operations.items()
                }
            )
    for name in _FASTAPI_ERRORS:
        schemas.pop(name, None)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Belvedere", "version": VERSION},
        "paths": paths,
        "components": {"schemas": schemas, "securitySchemes": SECURITY_SCHEMES},
    }


def _endpoints(find: Find) -> Iterator[Endpoint]:
    for module in dict.fromkeys(route.module for route in ROUTES):
        yield find(module)


def _finished(endpoint: Endpoint, method: str, path: str, operation: dict[str, Any]) -> dict[str, Any]:
    """An operation with the one error form, and with the key it needs."""
    answers = {status: answer for status, answer in operation["responses"].items() if status != "422"}
    keyed = endpoint.scope_of(method.upper(), path) is not None
    security: list[dict[str, list[str]]] = [{name: []} for name in SECURITY_SCHEMES] if keyed else []
    return operation | {"responses": answers | {"default": _REFUSED}, "security": security}
