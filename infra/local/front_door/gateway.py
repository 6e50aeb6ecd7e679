"""What API Gateway and Lambda refuse before a function sees it, refused here too, so that nobody learns it on AWS."""

import json
import re
from collections.abc import Mapping

EVENT_BYTES = 6_291_556  # of the JSON that Lambda invokes a function with
AROUND = 1_000  # of them for what every event has
WORST = 6  # bytes that one byte of a text may become: \u0000
MANY = (
    "body: more than Lambda takes of one request: 6,291,556 bytes, in which each quotation mark of a text counts "
    "twice, and other content a third more; send smaller requests, or compress them with gzip"
)
CUT = "an id with `?` cannot be a part of the path: API Gateway cuts the path there; see the API for another way"
_TEXT = re.compile(r"text/.*|application/(json|xml|javascript)")
_QUESTION_MARK = re.compile("%3f", re.IGNORECASE)


def event_bytes(headers: Mapping[str, str], address: str, body: bytes) -> int:
    """How long the event of a request is, about: its address is in it encoded, decoded and taken apart."""
    kind = headers.get("Content-Type", "").partition(";")[0].strip().lower()
    around = AROUND + len(json.dumps(dict(headers))) + 4 * len(address)
    return around + (_escaped(body) if _TEXT.fullmatch(kind) else (len(body) + 2) // 3 * 4)


def _escaped(body: bytes) -> int:
    if len(body) * WORST < EVENT_BYTES:
        return len(body) * WORST  # it fits whatever is in it
    return len(json.dumps(body.decode(errors="replace"), ensure_ascii=False).encode())


def cut_off(raw_path: str) -> bool:
    """True for a path that API Gateway would cut off at a `?` that was meant as a part of a name."""
    return bool(_QUESTION_MARK.search(raw_path.partition("?")[0]))
