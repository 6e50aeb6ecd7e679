"""Takes aliases out of a SAM template for the embedded emulator.

On AWS the functions that every event goes through are called by an alias, so that a new version may take over little by
little. The emulator has nobody who moves an alias (CodeDeploy). A pure function from template to template.
"""

from typing import Any

PROPERTIES = ("AutoPublishAlias", "AutoPublishAliasAllProperties", "DeploymentPreference", "VersionDescription")
OF_ALIAS = ".Alias"
BY_NAME = ":live"  # behind an ARN

Template = dict[str, Any]


def without_aliases(template: Template) -> Template:
    """The same template, its functions called by their own names."""
    resources = {name: _unpublished(resource) for name, resource in template["Resources"].items()}
    return {**template, "Resources": _named(resources)}


def _unpublished(resource: Template) -> Template:
    properties = resource.get("Properties", {})
    return {**resource, "Properties": {name: properties[name] for name in properties if name not in PROPERTIES}}


def _named(value: Any) -> Any:
    """A part of the template in which whatever names a function's alias names the function."""
    match value:
        case {"Ref": str(name)} if name.endswith(OF_ALIAS):
            return {"Fn::GetAtt": [name.removesuffix(OF_ALIAS), "Arn"]}
        case {"Fn::Sub": str(text)}:
            return {"Fn::Sub": text.replace(f"{OF_ALIAS}}}", ".Arn}").replace(f".Arn}}{BY_NAME}", ".Arn}")}
        case dict():
            return {key: _named(inner) for key, inner in value.items()}
        case list():
            return [_named(inner) for inner in value]
    return value
