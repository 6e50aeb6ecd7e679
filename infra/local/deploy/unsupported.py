"""Takes out of a template what the embedded emulator refuses and nobody misses there.

API Gateway sends a function's answer to a WebSocket message back only through a `RouteResponse`; the emulator sends it
back always. Alarms over several metrics (metric math) it does not know, and there is nobody to wake. A pure function
from template to template.
"""

from typing import Any

ROUTE_RESPONSE, ALARM = "AWS::ApiGatewayV2::RouteResponse", "AWS::CloudWatch::Alarm"

Template = dict[str, Any]


def without_unsupported(template: Template) -> Template:
    """The same template without them."""
    resources = template["Resources"]
    supported = {name: resource for name, resource in resources.items() if not _unsupported(resource)}
    return {**template, "Resources": supported}


def _unsupported(resource: Template) -> bool:
    return resource["Type"] == ROUTE_RESPONSE or (
        resource["Type"] == ALARM and "Metrics" in resource.get("Properties", {})
    )
