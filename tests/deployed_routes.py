"""The routes that template.yaml deploys."""

import re
from typing import Any

from infra.local.deploy import templates
from infra.local.deploy.http_api import ANY_METHOD, INTEGRATION, INTEGRATIONS, REFERENCE

DEFAULT = "/$default"


def deployed_routes() -> dict[tuple[str, str], str]:
    """Handler modules by method (ANY for all of them) and path, `/$default` being whatever no other route takes."""
    template = templates.load()
    body: dict[str, Any] = template["Resources"]["Api"]["Properties"]["DefinitionBody"]
    handlers = templates.handlers(template)
    return {
        ("ANY" if method == ANY_METHOD else method.upper(), path): handlers[_function(body, operation)]
        for path, operations in body["paths"].items()
        for method, operation in operations.items()
    }


def _function(body: dict[str, Any], operation: dict[str, Any]) -> str:
    """The function that an operation's integration invokes."""
    name = operation[INTEGRATION]["$ref"].removeprefix(REFERENCE)
    uri = body["components"][INTEGRATIONS][name]["uri"]["Fn::Sub"]
    (function,) = re.findall(r"functions/\$\{(\w+)\.Arn\}(?::live)?/invocations$", uri)
    return str(function)
