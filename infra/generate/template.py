"""The parts of template.yaml that follow from the declarations of endpoints."""

import textwrap
from collections import defaultdict
from collections.abc import Iterable

from belvedere.endpoints.declaration import EndpointDeclaration
from infra.generate import blocks
from infra.generate.declared import FALLBACK, by_board, declarations, function_of
from infra.generate.roles import TRUST, Access, role_resource, shared_roles
from infra.generate.statements import STATEMENTS, access_of

URI = "arn:${{AWS::Partition}}:apigateway:${{AWS::Region}}:lambda:path/2015-03-31/functions/{arn}/invocations"
COMPONENT = "#/components/x-amazon-apigateway-integrations/"
ANY = "x-amazon-apigateway-any-method"
OF_ALIAS = ":live"  # as AutoPublishAlias names it
ALIAS = "!Ref {name}.Alias"


def template(text: str) -> str:
    """The template with all of its written parts anew."""
    by_hand = blocks.without(text)
    all_of_them = declarations()
    written = [declaration for declaration in all_of_them if f"\n  {function_of(declaration.module)}:\n" not in by_hand]
    published = {declaration.module for declaration in all_of_them if _is_published(by_hand, declaration.module)}
    roles = shared_roles(written)
    parts = {
        "paths": "".join(_path(path, methods) for path, methods in paths(all_of_them).items()),
        "integrations": "".join(
            _integration(declaration.module, board, declaration.module in published)
            for board, some in by_board()
            for declaration in some
        ),
        "roles of the HTTP API": "".join(_api_role(board, some, published) for board, some in by_board()),
        "roles": "".join(_role(access, name, written) for access, name in roles.items()),
        "endpoints": "".join(_function(declaration, roles) for declaration in written),
        "functions to warm": _warm(all_of_them, published, "!Ref {name}", indent=14),
        "functions that may be warmed": _warm(all_of_them, published, "!GetAtt {name}.Arn", indent=16),
    }
    return blocks.filled(text, parts)


def _is_published(by_hand: str, module: str) -> bool:
    """Whether a function that is written by hand is called by its alias."""
    _, _, after = by_hand.partition(f"\n  {function_of(module)}:\n")
    return "AutoPublishAlias: " in after.partition("\n\n")[0]


def paths(some: Iterable[EndpointDeclaration]) -> dict[str, dict[str, str]]:
    """Handler modules by path and method. What can be read takes HEAD too: the endpoint tells what else there is."""
    by_path = defaultdict[str, dict[str, str]](dict)
    for declaration in some:
        readable = {route.partition(" ")[2].replace("+}", "}") for route in declaration.routes if route[:4] == "GET "}
        for route in declaration.routes:
            method, _, path = route.partition(" ")
            by_path[path][ANY if path.replace("+}", "}") in readable else method.lower()] = declaration.module
    return dict(by_path)


def _path(path: str, methods: dict[str, str]) -> str:
    operations = "".join(
        f'            {method}: {{ x-amazon-apigateway-integration: {{ $ref: "{COMPONENT}{_name(module)}" }} }}\n'
        for method, module in methods.items()
    )
    return f"          {path}:\n{operations}"


def _integration(module: str, board: str, published: bool) -> str:
    function = function_of(module)
    uri = URI.format(arn=f"${{{function}.Arn}}{OF_ALIAS if published else ''}")
    return (
        f"            {_name(module)}:\n"
        '              { type: aws_proxy, httpMethod: POST, payloadFormatVersion: "2.0",\n'
        f"                credentials: !GetAtt {_api_role_name(board)}.Arn,\n"
        f'                uri: !Sub "{uri}" }}\n'
    )


def _name(module: str) -> str:
    """The name of an integration: that of its function."""
    return function_of(module).removesuffix("Function")


def _api_role_name(board: str) -> str:
    return f"{board.capitalize()}ApiRole"


def _api_role(board: str, some: list[EndpointDeclaration], published: set[str]) -> str:
    lines = [
        f"  # Lets the HTTP API invoke the endpoints of the {board}{'' if board == 'engine' else ' board'}.",
        f"  {_api_role_name(board)}:",
        "    Type: AWS::IAM::Role",
        "    Properties:",
        f"      AssumeRolePolicyDocument: {TRUST.format(service='apigateway')}",
        "      Policies:",
        "        - PolicyName: invoke",
        "          PolicyDocument:",
        '            Version: "2012-10-17"',
        "            Statement:",
        "              - Sid: InvokeEndpoints",
        "                Effect: Allow",
        "                Action: lambda:InvokeFunction",
        "                Resource:",
        *(f"                  - {_arn(declaration.module, published)}" for declaration in some),
        "      Tags: *tableTags",
        "",
    ]
    return "\n".join(lines) + "\n"


def _arn(module: str, published: set[str]) -> str:
    """What the API invokes. An alias is named, not referred to: its release watches an alarm, which watches the API."""
    function = function_of(module)
    return f'!Sub "${{{function}.Arn}}{OF_ALIAS}"' if module in published else f"!GetAtt {function}.Arn"


def _role(access: Access, name: str, written: list[EndpointDeclaration]) -> str:
    holders = [declaration.module for declaration in written if access_of(declaration) == access]
    return role_resource(name, access, holders)


def _function(declaration: EndpointDeclaration, roles: dict[Access, str]) -> str:
    access = access_of(declaration)
    triggers = "requests that no other route takes" if declaration.module == FALLBACK else ", ".join(declaration.routes)
    lines = [
        *_comment(declaration.purpose),
        *_comment(f"Triggered by {triggers}."),
        f"  {function_of(declaration.module)}:",
        "    Type: AWS::Serverless::Function",
        "    Properties:",
        f"      Handler: {declaration.module}.handler",
    ]
    if declaration.memory_mb:
        lines.append(f"      MemorySize: {declaration.memory_mb}")
    if access in roles:
        lines.append(f"      Role: !GetAtt {roles[access]}.Arn")
    if variables := _variables(declaration, access):
        lines += ["      Environment:", "        Variables:"]
        lines += [f"          {name}: {value}" for name, value in variables.items()]
    if access not in roles:
        lines += ["      Policies:", "        - Statement:"]
        lines += [f"            - {STATEMENTS[name].render()}" for name in access]
    return "\n".join([*lines, ""]) + "\n"


def _variables(declaration: EndpointDeclaration, access: Access) -> dict[str, str]:
    """The settings of one function alone: the functions and secrets that it uses, and parameters."""
    used = {name: value for statement in access for name, value in STATEMENTS[statement].variables.items()}
    return used | {name: f"!Ref {parameter}" for name, parameter in declaration.parameters.items()}


def _comment(text: str) -> list[str]:
    return textwrap.wrap(text, 120, initial_indent="  # ", subsequent_indent="  # ", break_on_hyphens=False)


def _warm(some: list[EndpointDeclaration], published: set[str], form: str, indent: int) -> str:
    """The functions that are kept warm, as items of a list."""
    warm = [declaration.module for declaration in some if declaration.warm]
    items = [(ALIAS if name in published else form).format(name=function_of(name)) for name in warm]
    return "".join(f"{' ' * indent}- {item}\n" for item in items)
