"""The self-check: where botocore lacks a part that the lean path reaches into, botocore's own method does the work."""

from collections.abc import Iterator
from typing import Any

import botocore.awsrequest
import botocore.httpsession
import botocore.parsers
import botocore.utils
import pytest
from botocore.credentials import Credentials
from botocore.hooks import HierarchicalEmitter
from botocore.parsers import JSONParser, ResponseParserFactory

from belvedere.storage.client import open_connection
from belvedere.storage.lean import self_check
from belvedere.storage.lean.parsing import LeanParser, LeanParsers
from belvedere.storage.lean.reads import lean


class Client:
    """A client with botocore's own read, and nothing private."""

    def __init__(self) -> None:
        class Meta:
            endpoint_url = "https://tables.test"
            region_name = "eu-central-1"
            events = HierarchicalEmitter()

        self.meta = Meta

    def get_item(self, **_: Any) -> str:
        return "botocore's answer"

    query = batch_get_item = get_item


@pytest.fixture(autouse=True)
def told_anew(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    self_check._warn.cache_clear()
    yield
    self_check._warn.cache_clear()


def test_with_all_parts_the_lean_path_is_taken() -> None:
    client = lean(Client(), Credentials("key", "secret"), connect_s=1, read_s=1)
    assert hasattr(client, "open_lines")
    assert type(LeanParsers().create_parser("json")) is LeanParser


@pytest.mark.parametrize(
    ("module", "name"),
    [
        (botocore.awsrequest, "AWSPreparedRequest"),
        (botocore.utils, "get_environ_proxies"),
        (botocore.httpsession, "get_cert_path"),
    ],
)
def test_without_a_part_that_reads_need_they_stay_botocores(
    module: Any, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(module, name)
    client = lean(Client(), Credentials("key", "secret"), connect_s=1, read_s=1)
    assert client.get_item(TableName="t") == client.query(TableName="t") == "botocore's answer"
    assert not hasattr(client, "open_lines")


@pytest.mark.parametrize(
    ("owner", "name"), [(JSONParser, "_handle_json_body"), (botocore.parsers, "ResponseParserFactory")]
)
def test_without_a_part_of_its_parser_answers_are_parsed_by_botocore(
    owner: Any, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(owner, name)
    assert type(LeanParsers().create_parser("json")) is JSONParser


def test_a_factory_without_its_defaults_makes_botocores_parser(monkeypatch: pytest.MonkeyPatch) -> None:
    factory = LeanParsers()
    monkeypatch.delattr(factory, "_defaults")
    monkeypatch.setattr(ResponseParserFactory, "create_parser", lambda self, protocol_name: JSONParser())
    assert type(factory.create_parser("json")) is JSONParser


def test_without_a_pool_as_it_was_no_connection_is_opened_ahead() -> None:
    open_connection(Client())  # raises nothing: the first call opens its own


def test_what_is_missing_is_logged_once(monkeypatch: pytest.MonkeyPatch) -> None:
    warnings: list[tuple[str, ...]] = []

    class Log:
        def warning(self, _: str, *, feature: str, missing: tuple[str, ...]) -> None:
            warnings.append((feature, *missing))

    monkeypatch.setattr(self_check, "logger", Log)
    monkeypatch.delattr(botocore.httpsession, "get_cert_path")
    for _ in range(2):
        assert not self_check.modules_have("reads")
    assert warnings == [("reads", "botocore.httpsession.get_cert_path")]
