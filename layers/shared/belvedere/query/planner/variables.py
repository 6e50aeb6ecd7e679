"""How dashboards write the values of their variables into a URL: `a`, `a,b`, `{a,b}`, or `$__all` for no choice at all.

https://grafana.com/docs/grafana/latest/dashboards/variables/variable-syntax/
"""

import re
from collections.abc import Iterable, Iterator

from belvedere.errors import Invalid
from belvedere.lists import MAX_VALUES, distinct

ALL = "$__all"
_TOKEN = re.compile(r"(?:[^,{]|\{[^}]*\}|\{)+")  # commas inside of braces part nothing
_CONDITION = re.compile(r"(\w+):(.*)", re.DOTALL)


def listed(texts: Iterable[str] | None, field: str) -> tuple[str, ...]:
    """The distinct values of a list parameter, in the order given; empty for all. Raises Invalid as `distinct`."""
    tokens = (token for text in texts or () for token in _TOKEN.findall(text))
    values = distinct((value for token in tokens for value in _alternatives(token)), field)
    return () if ALL in values else values


def conditions(texts: Iterable[str] | None) -> dict[str, tuple[str, ...]]:
    """The wanted values by dimension, of `dimension:value` texts; a dimension of which all are wanted is not in it.

    A value without a dimension is one more of the dimension before it. Raises Invalid naming `where`.
    """
    wanted: dict[str, list[str]] = {}
    for text in texts or ():
        for dimension, value in _pairs(text):
            wanted.setdefault(dimension, []).append(value)
    if (number := sum(map(len, wanted.values()))) > MAX_VALUES:
        raise Invalid(f"where: {number} values; at most {MAX_VALUES} in one request")
    return {dimension: tuple(dict.fromkeys(values)) for dimension, values in wanted.items() if ALL not in values}


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    dimension = ""
    for token in _TOKEN.findall(text):
        if condition := _CONDITION.fullmatch(token.strip()):
            dimension, token = condition.groups()
        values = [value for value in _alternatives(token) if value]
        if not dimension or not values:
            raise Invalid(f"where: {text!r:.60} must be dimension:value, such as agent_type:forces")
        yield from ((dimension, value) for value in values)


def _alternatives(token: str) -> list[str]:
    """The values in a pair of braces, or the one that stands by itself."""
    token = token.strip()
    inner = token[1:-1].split(",") if token.startswith("{") and token.endswith("}") else [token]
    return [value.strip() for value in inner]
