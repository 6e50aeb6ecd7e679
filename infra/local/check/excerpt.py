"""The part of a template that LocalStack's open core can create: it has no Lambda and no API Gateway v2. Pure."""

from typing import Any

CREATED = frozenset({
    "AWS::DynamoDB::Table", "AWS::Events::Rule", "AWS::Logs::LogGroup", "AWS::SQS::Queue",
    "AWS::SecretsManager::Secret", "AWS::StepFunctions::StateMachine",
})  # fmt: skip
ELSEWHERE = "arn:aws:lambda:us-east-1:000000000000:function:elsewhere"  # whatever is left out, by a name of its form

Template = dict[str, Any]


def excerpt(template: Template) -> Template:
    """A template of these resources alone; what they name of the others is named as if it were elsewhere."""
    included = {name: resource for name, resource in template["Resources"].items() if resource["Type"] in CREATED}
    excluded = template["Resources"].keys() - included.keys()
    sections = {name: template[name] for name in ("AWSTemplateFormatVersion", "Parameters", "Conditions")}
    return {**sections, "Resources": {name: _without(resource, excluded) for name, resource in included.items()}}


def _without(value: Any, excluded: Any) -> Any:
    """A part of the template that names none of the lost resources."""
    match value:
        case {"Ref": str(name)} if name in excluded:
            return ELSEWHERE
        case {"Fn::GetAtt": [str(name), *_]} if name in excluded:
            return ELSEWHERE
        case dict():
            return {key: _without(inner, excluded) for key, inner in value.items() if key != "DependsOn"}
        case list():
            return [_without(inner, excluded) for inner in value]
    return value
