"""Checks that botocore still has the parts that the lean path reaches into, none of which it promises to keep.

Where one is missing, whoever asked leaves the work to botocore's own method: slower, and as right. Which one it was is
logged once in a process. The layer pins botocore, so this is for whoever raises the version, or runs with another.
"""

import functools
import importlib
from typing import Any

from belvedere.observability import logger

MODULE_PARTS = {
    "reads": (
        "botocore.awsrequest.AWSPreparedRequest",
        "botocore.utils.get_environ_proxies",
        "botocore.httpsession.get_cert_path",
    ),
    "parsers": (
        "botocore.parsers.JSONParser._handle_json_body",
        "botocore.parsers.ResponseParserFactory.create_parser",
    ),
}
FACTORY_PARTS = ("_defaults",)  # of an instance of ResponseParserFactory
POOL_PARTS = (  # of a client
    "_endpoint.http_session._manager.connection_from_url",
    "_endpoint.http_session._setup_ssl_cert",
    "_endpoint.http_session._verify",
)


def modules_have(feature: str) -> bool:
    """Are all parts of botocore's modules there that a feature of the lean path needs?"""
    return _complete(feature, tuple(path for path in MODULE_PARTS[feature] if not _importable(path)))


def has_parts(feature: str, owner: object, paths: tuple[str, ...]) -> bool:
    """Has an object all attributes (dotted paths) that a feature needs?"""
    return _complete(feature, tuple(path for path in paths if not _has(owner, path)))


def _complete(feature: str, missing: tuple[str, ...]) -> bool:
    if missing:
        _warn(feature, missing)
    return not missing


@functools.cache
def _warn(feature: str, missing: tuple[str, ...]) -> None:
    logger().warning("botocore lacks parts of the lean path; its own way is taken", feature=feature, missing=missing)


def _importable(path: str) -> bool:
    package, module, *attributes = path.split(".")
    try:
        return _has(importlib.import_module(f"{package}.{module}"), ".".join(attributes))
    except ImportError:
        return False


def _has(owner: Any, path: str) -> bool:
    for name in path.split("."):
        if not hasattr(owner, name):
            return False
        owner = getattr(owner, name)
    return True
