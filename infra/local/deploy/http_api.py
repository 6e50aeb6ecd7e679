"""Writes an HTTP API's OpenAPI body out as resources.

SAM describes an HttpApi as one `AWS::ApiGatewayV2::Api` with an OpenAPI `Body`. The embedded emulator creates such
an API without its routes and CORS; it knows Route and Integration resources. This is a pure function from template
to template, and what it gives is valid CloudFormation anywhere.
"""

import copy
import re
from collections.abc import Iterator
from typing import Any

INTEGRATION = "x-amazon-apigateway-integration"
INTEGRATIONS = "x-amazon-apigateway-integrations"
REFERENCE = f"#/components/{INTEGRATIONS}/"
CORS = "x-amazon-apigateway-cors"
ANY_METHOD = "x-amazon-apigateway-any-method"
API = "AWS::ApiGatewayV2::Api"

Template = dict[str, Any]


class UnsupportedBody(ValueError):
    """The body says something that this function would silently lose."""


def expand_http_apis(template: Template) -> Template:
    """The same template, with every HTTP API's body replaced by routes, integrations and CORS."""
    expanded = copy.deepcopy(template)
    for api_id, resource in template["Resources"].items():
        if resource["Type"] == API and "Body" in resource.get("Properties", {}):
            properties = expanded["Resources"][api_id]["Properties"]
            body = properties.pop("Body")
            properties |= _api_properties(api_id, body)
            shared = body.get("components", {}).get(INTEGRATIONS, {})
            expanded["Resources"] |= {
                f"{api_id}{name}Integration": _integration(api_id, integration) for name, integration in shared.items()
            }
            for operation in _operations(body):
                expanded["Resources"] |= _route(api_id, shared, *operation)
    return expanded


def _api_properties(api_id: str, body: Template) -> Template:
    """What the body said about the API itself."""
    properties: Template = {"ProtocolType": "HTTP", "Name": body.get("info", {}).get("title", api_id)}
    if isinstance(properties["Name"], dict):  # SAM names it after the stack: {"Ref": "AWS::StackName"}
        properties["Name"] = {"Fn::Sub": f"${{AWS::StackName}}-{api_id}"}
    if cors := body.get(CORS):
        properties["CorsConfiguration"] = _cors(cors)
    if tags := body.get("tags"):
        properties["Tags"] = {tag["name"]: tag["x-amazon-apigateway-tag-value"] for tag in tags}
    return properties


def _cors(said: Template) -> Template:
    """CORS under the names of the resource; a choice between configurations stays a choice."""
    if "Fn::If" in said:
        condition, when, otherwise = said["Fn::If"]
        return {"Fn::If": [condition, _cors(when), _cors(otherwise)]}
    return {name[0].upper() + name[1:]: value for name, value in said.items()}


def _operations(body: Template) -> Iterator[tuple[str, Template]]:
    """Each route key of the body with its operation."""
    for path, methods in body.get("paths", {}).items():
        for method, operation in methods.items():
            if operation.get("security"):
                raise UnsupportedBody(f"{method.upper()} {path} has an authorizer, which is not expanded")
            yield _route_key(path, method), operation


def _route_key(path: str, method: str) -> str:
    if path.lstrip("/") == "$default":
        return "$default"
    return f"{'ANY' if method == ANY_METHOD else method.upper()} {path}"


def _route(api_id: str, shared: Template, route_key: str, operation: Template) -> Template:
    """A route, and its integration where that is not one that several routes share."""
    said = operation[INTEGRATION]
    name = api_id + "".join(word[0].upper() + word[1:].lower() for word in re.findall(r"[A-Za-z0-9]+", route_key))
    own = {} if "$ref" in said else {f"{name}Integration": _integration(api_id, said)}
    target = f"{api_id}{_referenced(said['$ref'], shared)}Integration" if "$ref" in said else f"{name}Integration"
    route = {
        "ApiId": {"Ref": api_id},
        "RouteKey": route_key,
        "Target": {"Fn::Sub": f"integrations/${{{target}}}"},
    }
    return {**own, f"{name}Route": {"Type": "AWS::ApiGatewayV2::Route", "Properties": route}}


def _referenced(reference: str, shared: Template) -> str:
    """The name of a shared integration. Raises UnsupportedBody."""
    name = reference.removeprefix(REFERENCE)
    if name not in shared:
        raise UnsupportedBody(f"{reference} leads nowhere")
    return name


def _integration(api_id: str, said: Template) -> Template:
    integration = {
        "ApiId": {"Ref": api_id},
        "IntegrationType": said["type"].upper(),
        "IntegrationMethod": said.get("httpMethod", "POST"),
        "IntegrationUri": said["uri"],
        "PayloadFormatVersion": said.get("payloadFormatVersion", "2.0"),
    }
    if "credentials" in said:
        integration["CredentialsArn"] = said["credentials"]
    if "timeoutInMillis" in said:
        integration["TimeoutInMillis"] = said["timeoutInMillis"]
    return {"Type": "AWS::ApiGatewayV2::Integration", "Properties": integration}
