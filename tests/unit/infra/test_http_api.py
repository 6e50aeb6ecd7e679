"""An HTTP API's OpenAPI body becomes Route and Integration resources, and nothing of it is lost in silence."""

import copy
from typing import Any

import pytest

from infra.local.deploy.http_api import UnsupportedBody, expand_http_apis

URI = {"Fn::Sub": "arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/.../${F.Arn}/invocations"}


def operation(**more: Any) -> dict[str, Any]:
    said = {"type": "aws_proxy", "httpMethod": "POST", "uri": URI, "payloadFormatVersion": "2.0"}
    return {"x-amazon-apigateway-integration": said, "responses": {}, **more}


def template(paths: dict[str, Any], **body: Any) -> dict[str, Any]:
    api = {"Body": {"openapi": "3.0.1", "info": {"title": {"Ref": "AWS::StackName"}}, "paths": paths, **body}}
    return {"Resources": {"Api": {"Type": "AWS::ApiGatewayV2::Api", "Properties": api}, "Table": {"Type": "T"}}}


def expanded(paths: dict[str, Any], **body: Any) -> dict[str, Any]:
    return dict(expand_http_apis(template(paths, **body))["Resources"])


def routes(resources: dict[str, Any]) -> list[str]:
    return [one["Properties"]["RouteKey"] for one in resources.values() if one["Type"] == "AWS::ApiGatewayV2::Route"]


def test_each_operation_gets_a_route_that_points_at_its_integration() -> None:
    resources = expanded({"/v1/events": {"post": operation()}})
    assert resources["ApiPostV1EventsRoute"]["Properties"] == {
        "ApiId": {"Ref": "Api"},
        "RouteKey": "POST /v1/events",
        "Target": {"Fn::Sub": "integrations/${ApiPostV1EventsIntegration}"},
    }
    assert resources["ApiPostV1EventsIntegration"]["Properties"] == {
        "ApiId": {"Ref": "Api"},
        "IntegrationType": "AWS_PROXY",
        "IntegrationMethod": "POST",
        "IntegrationUri": URI,
        "PayloadFormatVersion": "2.0",
    }


@pytest.mark.parametrize(
    ("path", "method", "key"),
    [
        ("/users/{user_id}", "get", "GET /users/{user_id}"),
        ("/{proxy+}", "x-amazon-apigateway-any-method", "ANY /{proxy+}"),
        ("/$default", "x-amazon-apigateway-any-method", "$default"),
        ("$default", "x-amazon-apigateway-any-method", "$default"),
    ],
)
def test_route_keys_are_those_of_api_gateway(path: str, method: str, key: str) -> None:
    assert routes(expanded({path: {method: operation()}})) == [key]


def test_routes_may_share_an_integration_and_the_role_that_it_invokes_by() -> None:
    shared = {"F": operation()["x-amazon-apigateway-integration"] | {"credentials": {"Fn::GetAtt": ["Role", "Arn"]}}}
    to_it = {"x-amazon-apigateway-integration": {"$ref": "#/components/x-amazon-apigateway-integrations/F"}}
    paths = {"/x": {"get": to_it, "post": to_it}}
    resources = expanded(paths, components={"x-amazon-apigateway-integrations": shared})
    assert resources.keys() == {"Api", "Table", "ApiFIntegration", "ApiGetXRoute", "ApiPostXRoute"}
    assert resources["ApiGetXRoute"]["Properties"]["Target"] == {"Fn::Sub": "integrations/${ApiFIntegration}"}
    assert resources["ApiFIntegration"]["Properties"]["CredentialsArn"] == {"Fn::GetAtt": ["Role", "Arn"]}


def test_a_reference_to_no_integration_is_refused_rather_than_lost() -> None:
    to_nothing = {"x-amazon-apigateway-integration": {"$ref": "#/components/x-amazon-apigateway-integrations/F"}}
    with pytest.raises(UnsupportedBody, match="/F leads nowhere"):
        expanded({"/x": {"get": to_nothing}})


def test_methods_of_one_path_are_routes_of_their_own() -> None:
    assert routes(expanded({"/x": {"get": operation(), "post": operation()}})) == ["GET /x", "POST /x"]


def test_the_api_keeps_name_cors_and_tags_but_no_body() -> None:
    cors = {"allowOrigins": ["*"], "maxAge": 600}
    tags = [{"name": "project", "x-amazon-apigateway-tag-value": "belvedere"}]
    api = expanded({}, tags=tags, **{"x-amazon-apigateway-cors": cors})["Api"]["Properties"]
    assert api == {
        "ProtocolType": "HTTP",
        "Name": {"Fn::Sub": "${AWS::StackName}-Api"},
        "CorsConfiguration": {"AllowOrigins": ["*"], "MaxAge": 600},
        "Tags": {"project": "belvedere"},
    }


def test_a_choice_of_cors_stays_a_choice() -> None:
    choice = {"Fn::If": ["HasOrigins", {"allowOrigins": ["a"]}, {"Ref": "AWS::NoValue"}]}
    api = expanded({}, **{"x-amazon-apigateway-cors": choice})["Api"]["Properties"]
    assert api["CorsConfiguration"] == {"Fn::If": ["HasOrigins", {"AllowOrigins": ["a"]}, {"Ref": "AWS::NoValue"}]}


def test_the_given_template_and_other_resources_stay_as_they_are() -> None:
    given = template({"/x": {"get": operation()}})
    before = copy.deepcopy(given)
    resources = expand_http_apis(given)["Resources"]
    assert given == before
    assert resources["Table"] == {"Type": "T"}


def test_an_api_without_a_body_stays_as_it_is() -> None:
    given = {"Resources": {"Sockets": {"Type": "AWS::ApiGatewayV2::Api", "Properties": {"ProtocolType": "WEBSOCKET"}}}}
    assert expand_http_apis(given) == given


def test_an_authorizer_is_refused_rather_than_lost() -> None:
    with pytest.raises(UnsupportedBody, match="GET /x has an authorizer"):
        expanded({"/x": {"get": operation(security=[{"jwt": []}])}})
