"""What an endpoint's code says of its routes; asked of its handler, as no table of routes may know it yet."""

from typing import Any

from belvedere.endpoints.declaration import EndpointDeclaration
from belvedere.http.asgi import endpoint_of
from belvedere.http.examples import with_examples


def operation_of(declaration: EndpointDeclaration, route: str) -> dict[str, Any]:
    """The OpenAPI operation of a declared route, with its example."""
    endpoint = endpoint_of(declaration.module)
    method, _, path = route.replace("+}", "}").partition(" ")
    operation = endpoint.app.openapi()["paths"][path][method.lower()]
    return with_examples(f"{method} {path}", operation, endpoint.example)


def schemas_of(declaration: EndpointDeclaration) -> dict[str, Any]:
    """The models of an endpoint's bodies by name."""
    return dict(endpoint_of(declaration.module).app.openapi().get("components", {}).get("schemas", {}))
