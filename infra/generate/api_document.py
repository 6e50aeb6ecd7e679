"""The tables of docs/api.md that follow from declarations, and sections of routes of which nobody wrote one."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from belvedere.auth.roles import EVERYBODY, roles_of
from belvedere.endpoints.declaration import EndpointDeclaration
from infra.generate import blocks
from infra.generate.declared import declarations
from infra.generate.operations import operation_of, schemas_of

COMMENT = ("<!-- ", " -->")


def api_document(text: str) -> str:
    """The document with its written parts anew."""
    by_hand = blocks.without(text, COMMENT)
    missing = [route for route, _ in _routes() if f"\n## {_shown(route)}\n" not in by_hand]
    parts = {
        "routes": _table("route | needs | answers", _route_rows()),
        "roles": _table("routes | roles", _role_rows()),
        "kept answers": _table("kind | fresh | then stale | route", _kind_rows()),
        "further routes": "".join(_section(route) for route in missing),
    }
    return blocks.filled(text, parts, COMMENT)


def _routes() -> Iterator[tuple[str, EndpointDeclaration]]:
    for declaration in declarations():
        for route in declaration.routes:
            yield route, declaration


def _shown(route: str) -> str:
    """A route as documents have it: `{name}`, whether slashes may be in it or not."""
    return route.replace("+}", "}")


def _table(head: str, rows: Iterator[str]) -> str:
    return "".join(f"{line}\n" for line in (f"| {head} |", "|---" * len(head.split(" | ")) + "|", *rows))


def _route_rows() -> Iterator[str]:
    for route, declaration in _routes():
        scope = declaration.scope_of(route.partition(" ")[0])
        needs = f"scope `{scope}`" if scope else declaration.needs
        yield f"| `{_shown(route)}` | {needs} | {_lead(declaration, route)} |"


def _role_rows() -> Iterator[str]:
    by_roles = defaultdict[tuple[str, ...], list[str]](list)
    for route, declaration in _routes():
        if scope := declaration.scope_of(route.partition(" ")[0]):
            by_roles[roles_of(scope, declaration.roles)].append(f"`{_shown(route)}`")
    for roles in sorted(by_roles, key=len, reverse=True):
        callers = "all" if roles == EVERYBODY else ", ".join(f"`{role}`" for role in roles)
        yield f"| {', '.join(by_roles[roles])} | {callers} |"


def _kind_rows() -> Iterator[str]:
    routes = defaultdict[tuple[str, int, int], list[str]](list)
    for declaration in declarations():
        for kind in filter(None, (declaration.kind, *declaration.shared_kinds)):
            key = kind, declaration.policy.ttl_s, declaration.policy.stale_s
            routes[key] += [f"`{_shown(route)}`" for route in declaration.routes]
    for (kind, fresh, stale), answered in routes.items():
        yield f"| `{kind}` | {fresh} | {stale} | {', '.join(answered)} |"


def _section(route: str) -> str:
    """What is known of a route without prose: what it answers, and its fields."""
    declaration = next(declaration for known, declaration in _routes() if known == route)
    fields = list(_fields(operation := operation_of(declaration, route), schemas_of(declaration)))
    table = _table("field | default | ", iter(fields)) + "\n" if fields else ""
    return f"## {_shown(route)}\n\n{_lead(declaration, route)}. {operation['description']}\n\n{table}"


def _lead(declaration: EndpointDeclaration, route: str) -> str:
    answers = declaration.answer_of(route).rstrip(".")
    return answers[0].upper() + answers[1:]


def _fields(operation: dict[str, Any], schemas: dict[str, Any]) -> Iterator[str]:
    """A row for each parameter, or field of the body."""
    for parameter in operation.get("parameters", []):
        yield _field(parameter["name"], parameter["schema"] | parameter, required=parameter.get("required", False))
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
    for reference in (schema["$ref"] for schema in (body, *body.get("allOf", [])) if "$ref" in schema):
        model = schemas[reference.rpartition("/")[2]]
        for name, schema in model["properties"].items():
            yield _field(name, schema, required=name in model.get("required", []))


def _field(name: str, schema: dict[str, Any], *, required: bool) -> str:
    default = "required" if required else f"`{schema['default']}`" if schema.get("default") is not None else ""
    return f"| `{name}` | {default} | {schema.get('description', '')} |"
