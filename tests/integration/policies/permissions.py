"""What template.yaml lets each function do, as pairs of action and resource (`dynamodb:Query RollupsTable`)."""

from collections.abc import Iterator
from typing import Any

from infra.local.deploy import templates

Permission = tuple[str, str]
QUERY = "dynamodb:Query"
RESOURCES: dict[str, Any] = templates.load()["Resources"]
MODULES = {module: name for name, module in templates.handlers(templates.load()).items()}  # handler module -> function


def allowed(module: str) -> set[Permission]:
    """The permissions of a handler module's function. What is said of an index beside queries means nothing."""
    return {
        (action, resource_of(resource))
        for statement in statements(MODULES[module])
        if "Fn::If" not in statement  # off unless a parameter says so
        for action in listed(statement["Action"])
        for resource in listed(statement["Resource"])
        if action == QUERY or "/index/" not in resource_of(resource)
    }


def statements(function: str) -> Iterator[Any]:
    """What a function's role may do: by its shared role, by its own policies, and by those that stand beside it."""
    if role := role_of(function):
        for policy in RESOURCES[role]["Properties"].get("Policies", []):
            yield from policy["PolicyDocument"]["Statement"]
    for policy in RESOURCES[function]["Properties"].get("Policies", []):
        yield from policy["Statement"]
    for resource in RESOURCES.values():
        if resource["Type"] == "AWS::IAM::Policy" and {"Ref": f"{function}Role"} in resource["Properties"]["Roles"]:
            yield from resource["Properties"]["PolicyDocument"]["Statement"]


def role_of(function: str) -> str | None:
    """The role that a function shares with others of the same permissions; None where it has its own."""
    role = RESOURCES[function]["Properties"].get("Role")
    return str(role["Fn::GetAtt"][0]) if role else None


def resource_of(reference: Any) -> str:
    """`EventsTable`, `RollupsTable/index/ByBucket` or a function, of an intrinsic that names its ARN."""
    match reference:
        case {"Fn::GetAtt": [str(name), "Arn"]} | {"Ref": str(name)}:
            return name
        case {"Fn::Sub": str(text)} if "/DELETE/@connections/" in text:
            return "WebSocketApi/end"
        case {"Fn::Sub": str(text)} if "/POST/@connections/" in text:
            return "WebSocketApi"
        case {"Fn::Sub": str(text)} if ":execution:${ExportStateMachine.Name}:*" in text:
            return "ExportStateMachine/executions"
        case {"Fn::Sub": str(text)}:
            return text.replace("${", "").replace(".Arn}", "")
    raise AssertionError(f"a policy's resource has to name one thing of this template, not {reference}")


def listed(value: Any) -> list[Any]:
    """A value that may stand alone or in a list, as a list."""
    return value if isinstance(value, list) else [value]


def functions_of_environment(module: str) -> dict[str, str]:
    """The environment variables that name other functions, with those functions' logical ids for names."""
    variables = RESOURCES[MODULES[module]]["Properties"].get("Environment", {}).get("Variables", {})
    return {name: ",".join(_references(value)) for name, value in variables.items()}


def _references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for intrinsic, inner in value.items():
            yield from [inner] if intrinsic == "Ref" else _references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _references(inner)
