"""Sample events of endpoints, made of the examples of their routes; and their rows in events/README.md.

An endpoint whose sample is listed there by hand has one that says something else than its example.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from belvedere.endpoints.declaration import EndpointDeclaration
from infra.generate import blocks
from infra.generate.declared import declarations, function_of
from infra.generate.operations import operation_of
from infra.local.settings import ROOT

README = ROOT / "events/README.md"
COMMENT = ("<!-- ", " -->")
KEY = {"x-api-key": "REPLACE_WITH_A_KEY"}
JSON = "application/json"


def samples() -> dict[Path, str]:
    """The files of samples, and the list of all."""
    text = README.read_text()
    by_hand = set(re.findall(r"^\| `([^`]*)\.json`", blocks.without(text, COMMENT), re.MULTILINE))
    routed = [declaration for declaration in declarations() if declaration.routes]
    derived = [declaration for declaration in routed if declaration.module not in by_hand]
    files = {
        ROOT / f"events/{declaration.module}.json": json.dumps(sample(declaration), indent=2) + "\n"
        for declaration in derived
    }
    return files | {README: blocks.filled(text, {"samples": "".join(_rows(derived))}, COMMENT)}


def _rows(some: list[EndpointDeclaration]) -> Iterator[str]:
    yield "| event | function | what it is |\n|---|---|---|\n"
    for declaration in some:
        route, module = declaration.routes[0].replace("+}", "}"), declaration.module
        yield f"| `{module}.json` | {function_of(module)} | `{route}` |\n"


def sample(declaration: EndpointDeclaration) -> dict[str, Any]:
    """The event by which API Gateway hands over the example of the first route."""
    route = declaration.routes[0]
    method, _, deployed = route.partition(" ")
    shown = deployed.replace("+}", "}")
    operation = operation_of(declaration, route)
    given = [parameter for parameter in operation.get("parameters", []) if "example" in parameter]
    query = {parameter["name"]: _text(parameter["example"]) for parameter in given if parameter["in"] == "query"}
    in_path = {parameter["name"]: str(parameter["example"]) for parameter in given if parameter["in"] == "path"}
    content = operation.get("requestBody", {}).get("content", {}).get(JSON, {})
    headers = {"host": "api.example.com", "accept": JSON, "user-agent": "sam-local"}
    headers |= KEY if declaration.scope_of(method) else {}
    headers |= {parameter["name"]: str(parameter["example"]) for parameter in given if parameter["in"] == "header"}
    path = shown.format_map({name: quote(value) for name, value in in_path.items()})
    return {
        "version": "2.0",
        "routeKey": route,
        "rawPath": path,
        "rawQueryString": urlencode(query, safe="/:,"),
        "headers": headers | ({"content-type": JSON} if content else {}),
        **({"queryStringParameters": query} if query else {}),
        **({"pathParameters": in_path} if in_path else {}),
        "requestContext": _context(method, path, route),
        **({"body": json.dumps(content["example"])} if content else {}),
        "isBase64Encoded": False,
    }


def _text(value: Any) -> str:
    """A value as a query has it."""
    if isinstance(value, list):
        return ",".join(map(_text, value))
    return str(value).lower() if isinstance(value, bool) else str(value)


def _context(method: str, path: str, route: str) -> dict[str, Any]:
    return {
        "accountId": "123456789012",
        "apiId": "local",
        "domainName": "api.example.com",
        "domainPrefix": "api",
        "http": {
            "method": method,
            "path": path,
            "protocol": "HTTP/1.1",
            "sourceIp": "127.0.0.1",
            "userAgent": "sam-local",
        },
        "requestId": "sample-request-1",
        "routeKey": route,
        "stage": "$default",
        "time": "05/Jan/2026:09:00:00 +0000",
        "timeEpoch": 1767603600000,
    }
