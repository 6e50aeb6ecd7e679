"""Takes route responses out of a template for the embedded emulator.

API Gateway sends a function's answer to a WebSocket message back only through a `RouteResponse`; the emulator sends it
back always, and refuses a template that holds the resource. A pure function from template to template.
"""

from typing import Any

ROUTE_RESPONSE = "AWS::ApiGatewayV2::RouteResponse"

Template = dict[str, Any]


def without_route_responses(template: Template) -> Template:
    """The same template without them."""
    resources = template["Resources"]
    kept = {name: resource for name, resource in resources.items() if resource["Type"] != ROUTE_RESPONSE}
    return {**template, "Resources": kept}
