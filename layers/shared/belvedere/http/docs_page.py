"""The API as one page to read, made of its OpenAPI document: no script, nothing loaded from elsewhere."""

import json
import re
from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

from belvedere.http.examples import good_answer

JSON = "application/json"
STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #1b2733 }
h2 { font: 600 1.05rem ui-monospace, monospace; margin: 2.2rem 0 .3rem; padding-top: 1rem }
h2 { border-top: 1px solid #d8dee4 }
h2 b { display: inline-block; min-width: 3.6rem; color: #0b6e4f }
p { margin: .3rem 0 }
table { border-collapse: collapse; margin: .6rem 0; font-size: .92rem }
td, th { text-align: left; padding: .2rem 1rem .2rem 0 }
th { font-weight: 600; color: #57606a }
code, pre { font: .88rem ui-monospace, monospace }
pre { background: #f3f5f7; padding: .7rem; overflow: auto }
"""


def page(document: Mapping[str, Any]) -> str:
    """The whole page."""
    info = document["info"]
    title = escape(f"{info['title']} {info['version']}")
    body = "".join(
        line for path, methods in sorted(document["paths"].items()) for line in _path(path, methods, document)
    )
    return (
        f"<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content='width=device-width'>"
        f"<title>{title}</title><style>{STYLE}</style><h1>{title}</h1>"
        "<p>Answers are JSON; every error has one form. Machines read <a href='/openapi.json'>/openapi.json</a>.</p>"
        f"{body}</html>"
    )


def _path(path: str, methods: Mapping[str, Any], document: Mapping[str, Any]) -> Iterator[str]:
    for method, operation in methods.items():
        keyed = "with a key" if operation["security"] else "without a key"
        yield f"<h2><b>{escape(method.upper())}</b> {escape(path)}</h2>"
        yield f"<p>{_prose(operation.get('description', ''))} <small>({keyed})</small></p>"
        yield _fields(
            [
                (parameter["name"], parameter.get("required", False), parameter["schema"])
                for parameter in operation.get("parameters", [])
            ]
        )
        yield from _body(operation, document)


def _body(operation: Mapping[str, Any], document: Mapping[str, Any]) -> Iterator[str]:
    content = operation.get("requestBody", {}).get("content", {}).get(JSON, {})
    schema = content.get("schema", {})
    if named := schema.get("$ref") or next((base["$ref"] for base in schema.get("allOf", []) if "$ref" in base), None):
        model = document["components"]["schemas"][named.rsplit("/", 1)[1]]
        required = model.get("required", [])
        yield _fields([(name, name in required, field) for name, field in model.get("properties", {}).items()])
    yield _example("asked", content)
    yield _example("answered", good_answer(operation)[1].get("content", {}).get(JSON, {}))


def _example(what: str, content: Mapping[str, Any]) -> str:
    if "example" not in content:
        return ""
    text = json.dumps(content["example"], indent=2, ensure_ascii=False)
    return f"<p>{what}, for example</p><pre>{escape(text)}</pre>"


def _fields(fields: list[tuple[str, bool, Mapping[str, Any]]]) -> str:
    if not fields:
        return ""
    rows = "".join(_field(name, required, schema) for name, required, schema in fields)
    return f"<table><tr><th>field<th>type<th><th></tr>{rows}</table>"


def _field(name: str, required: bool, schema: Mapping[str, Any]) -> str:
    texts = (_kind(schema), "required" if required else "", str(schema.get("description", "")))
    cells = "".join(f"<td>{_prose(text)}</td>" for text in texts)
    return f"<tr><td><code>{escape(name)}</code></td>{cells}</tr>"


def _prose(text: str) -> str:
    """A sentence of a docstring: what stands between backticks is code."""
    return re.sub("`([^`]+)`", r"<code>\1</code>", escape(text))


def _kind(schema: Mapping[str, Any]) -> str:
    """A type in a few words."""
    if "enum" in schema:
        return " | ".join(map(str, schema["enum"]))
    if "$ref" in schema:
        return str(schema["$ref"]).rsplit("/", 1)[1].removesuffix("Body")
    options = [_kind(option) for option in schema.get("anyOf", []) if option.get("type") != "null"]
    if options:
        return " | ".join(options)
    if schema.get("type") == "array":
        return f"list of {_kind(schema.get('items', {}))}"
    return str(schema.get("type", "any"))
