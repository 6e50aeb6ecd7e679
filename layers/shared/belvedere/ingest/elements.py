"""Takes a JSON array or object apart where it cannot be read as a whole, so that one bad element spoils no other.

Only strings, brackets and commas are looked at; what stands between them is for whoever reads the elements.
"""

import re
from collections.abc import Iterator

_TOKENS = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"|["\[\]{},]', re.DOTALL)
_CLOSES = {b"[": b"]", b"{": b"}"}


def elements(text: bytes) -> list[bytes]:
    """The texts between the commas of an array or an object. Raises ValueError where it has no end, or no such form."""
    texts = [element.strip() for element in _elements(text)]
    return [] if texts == [b""] else texts


def _elements(text: bytes) -> Iterator[bytes]:
    opened: list[bytes] = []
    start = 1
    for token in _TOKENS.finditer(text):
        kind = token[0]
        if kind in _CLOSES:
            opened.append(_CLOSES[kind])
        elif kind == b"," and len(opened) == 1:
            yield text[start : token.start()]
            start = token.end()
        elif kind in (b"]", b"}"):
            if not opened or opened.pop() != kind:
                raise ValueError(f"brackets do not match at byte {token.start()}")
            if not opened:
                if token.end() != len(text):
                    raise ValueError(f"trailing characters at byte {token.end()}")
                yield text[start : token.start()]
                return
        elif kind == b'"':
            raise ValueError(f"a text that begins at byte {token.start()} does not end")
    raise ValueError("it ends too early")


def fields(text: bytes) -> dict[str, bytes]:
    """An object's values by their plain names. Raises ValueError like `elements`."""
    values = {}
    for element in elements(text):
        key = _TOKENS.match(element)
        name, colon, value = (key[0], *element[key.end() :].partition(b":")[1:]) if key else (b"", b"", b"")
        if colon:
            values[name.strip(b'"').decode("utf-8", "replace")] = value.strip()
    return values
