"""Request keys: the same for the same request, and for no other."""

from belvedere.cache.request import request_key


def test_the_order_of_fields_does_not_matter() -> None:
    assert request_key("demo", "k", {"a": 1, "b": 2}) == request_key("demo", "k", {"b": 2, "a": 1})


def test_another_workspace_kind_or_field_is_another_key() -> None:
    keys = {
        request_key("demo", "k", {"a": 1}),
        request_key("other", "k", {"a": 1}),
        request_key("demo", "j", {"a": 1}),
        request_key("demo", "k", {"a": "1"}),
        request_key("demo", "k", {"a": [1]}),
        request_key("demo", "k", {}),
    }
    assert len(keys) == 6
