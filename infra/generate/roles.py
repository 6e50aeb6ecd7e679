"""Execution roles: functions with identical permissions share one; any other function has a policy of its own."""

from collections import defaultdict
from collections.abc import Iterable

from belvedere.endpoints.declaration import EndpointDeclaration
from infra.generate.statements import STATEMENTS, access_of

NOTHING = "NoAccessRole"  # for functions that need no more than to write their log
TRUST = (
    '{{ Version: "2012-10-17", Statement: [{{ Effect: Allow, '
    "Principal: {{ Service: {service}.amazonaws.com }}, Action: sts:AssumeRole }}] }}"
)
WRITE_LOGS = '!Sub "arn:${AWS::Partition}:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"'
Access = tuple[str, ...]


def shared_roles(declarations: Iterable[EndpointDeclaration]) -> dict[Access, str]:
    """The names of the roles that several endpoints share, by what they may do."""
    sharers = defaultdict[Access, list[EndpointDeclaration]](list)
    for declaration in declarations:
        sharers[access_of(declaration)].append(declaration)
    return {
        access: role_name(sharing[0]) for access, sharing in sharers.items() if len(sharing) > 1 or access == ()
    }


def role_name(declaration: EndpointDeclaration) -> str:
    """A name that says what the role may do: `PublicCachedRollupRowsRole`."""
    if not access_of(declaration):
        return NOTHING
    caller = "Public" if declaration.public else ""
    kind = "Cached" if declaration.cached else "Keyed" if declaration.scope else "Limited"
    return caller + kind + "".join(name.title().replace("_", "") for name in declaration.access) + "Role"


def role_resource(name: str, access: Access, functions: list[str]) -> str:
    """A role of the template, and a comment that names whose it is."""
    lines = [
        *_comment(functions),
        f"  {name}:",
        "    Type: AWS::IAM::Role",
        "    Properties:",
        f"      AssumeRolePolicyDocument: {TRUST.format(service='lambda')}",
        f"      ManagedPolicyArns: [{WRITE_LOGS}]",
    ]
    if access:
        lines += ["      Policies:", "        - PolicyName: access", "          PolicyDocument:"]
        lines += ['            Version: "2012-10-17"', "            Statement:"]
        lines += [f"              - {STATEMENTS[statement].render()}" for statement in access]
    return "\n".join([*lines, "      Tags: *tableTags", ""]) + "\n"


def _comment(functions: list[str]) -> list[str]:
    lines, line = list[str](), "  # Of"
    for name in functions:
        if len(line) + len(name) > 115:
            lines.append(line)
            line = "  #"
        line += f" {name},"
    return [*lines, line.rstrip(",") + "."]
