"""Reads template.yaml and turns SAM into plain CloudFormation, without asking AWS for anything."""

import json
import logging
import os
import tomllib
from pathlib import Path
from typing import Any

from infra.local.settings import ARCHITECTURE, REGION, ROOT, RUNTIME, LocalError

Template = dict[str, Any]
HOST = {"PythonRuntime": RUNTIME, "Architecture": ARCHITECTURE}  # what the layers of a local stack are built for
CHOICES = {  # settings that `make up` takes, and the parameters that they become
    "RATE_LIMIT_ENABLED": "RateLimits",
    "PUBLIC_READ": "PublicRead",
    "CORS_ORIGINS": "CorsOrigins",
    "LOG_LEVEL": "LogLevel",
    "ACCESS_TOKEN_EXPIRE_MINUTES": "AccessTokenExpireMinutes",
    "REFRESH_TOKEN_EXPIRE_DAYS": "RefreshTokenExpireDays",
    "CACHE_MAX_SIZE": "CacheMaxSize",
    "COMPRESSION_ENABLED": "Compression",
    "COMPRESSION_MIN_SIZE": "CompressionMinSize",
    "SECURITY_HEADERS_ENABLED": "SecurityHeaders",
    "REQUEST_LOGGING_ENABLED": "RequestLogging",
    "SLOW_REQUEST_THRESHOLD": "SlowRequestThreshold",
    "MASTERY_THRESHOLD": "MasteryThreshold",
}


def load(path: Path = ROOT / "template.yaml") -> Template:
    """A template with CloudFormation's short tags (`!Ref`) written out."""
    from samtranslator.yaml_helper import yaml_parse

    return dict(yaml_parse(path.read_text()))


def local_parameters(path: Path = ROOT / "samconfig.toml") -> dict[str, str]:
    """The parameters of samconfig.toml's default environment, and what this machine is."""
    given = tomllib.loads(path.read_text())["default"]["deploy"]["parameters"]["parameter_overrides"]
    return dict(pair.split("=", 1) for pair in given) | chosen() | HOST


def chosen() -> dict[str, str]:
    """The parameters that this process's environment sets (`make up PUBLIC_READ=false`)."""
    given = {name: os.environ[variable] for variable, name in CHOICES.items() if os.environ.get(variable)}
    if origins := given.get("CorsOrigins"):
        given["CorsOrigins"] = ",".join(listed(origins))
    return given


def listed(origins: str) -> list[str]:
    """Origins separated by commas, or as a JSON array. Raises LocalError."""
    if not origins.lstrip().startswith("["):
        return [origin.strip() for origin in origins.split(",")]
    try:
        return [str(origin) for origin in json.loads(origins)]
    except ValueError as error:
        raise LocalError(f"CORS_ORIGINS: {origins!r} is no JSON array of origins, nor separated by commas") from error


def to_cloudformation(template: Template, parameters: dict[str, str]) -> Template:
    """What AWS's SAM transform would make of the template."""
    import boto3
    from samtranslator.parser.parser import Parser
    from samtranslator.translator.translator import Translator

    logging.getLogger("samtranslator.feature_toggle").setLevel(logging.ERROR)  # it warns of toggles that are AWS's own
    # No managed policies: the template names none, so AWS's catalogue of them is not fetched.
    translator = Translator({}, Parser(), boto_session=boto3.Session(region_name=REGION))
    return dict(translator.translate(template, parameter_values=dict(parameters)))


def packaged() -> Template:
    """The template as it is after the upload of the code, which is anywhere: for whoever reads the rest of it."""
    template, anywhere = load(), {"Bucket": "b", "Key": "k"}
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::Serverless::LayerVersion":
            resource["Properties"]["ContentUri"] = anywhere
        if resource["Type"] == "AWS::Serverless::StateMachine":
            resource["Properties"]["DefinitionUri"] = anywhere
    template["Globals"]["Function"]["CodeUri"] = anywhere
    return template


def handlers(template: Template) -> dict[str, str]:
    """Logical id of each function -> its handler module (`learning.summary`)."""
    return {
        name: resource["Properties"]["Handler"].removesuffix(".handler")
        for name, resource in template["Resources"].items()
        if resource["Type"] in ("AWS::Serverless::Function", "AWS::Lambda::Function")
    }
