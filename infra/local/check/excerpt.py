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
    kept = {name: one for name, one in template["Resources"].items() if one["Type"] in CREATED}
    lost = template["Resources"].keys() - kept.keys()
    sections = {name: template[name] for name in ("AWSTemplateFormatVersion", "Parameters", "Conditions")}
    return {**sections, "Resources": {name: _without(one, lost) for name, one in kept.items()}}


def _without(value: Any, lost: Any) -> Any:
    """A part of the template that names none of the lost resources."""
    match value:
        case {"Ref": str(name)} if name in lost:
            return ELSEWHERE
        case {"Fn::GetAtt": [str(name), *_]} if name in lost:
            return ELSEWHERE
        case dict():
            return {key: _without(inner, lost) for key, inner in value.items() if key != "DependsOn"}
        case list():
            return [_without(inner, lost) for inner in value]
    return value
