"""Large audiences: connections beyond AT_ONCE go to further invocations, side by side, and the push waits for all.

It waits so that one connection's messages stay in order from round to round.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass
from typing import Any

from belvedere.realtime.push.frame_sender import OutgoingFrames, SendOutcome, SendResult

AT_ONCE = 500
PARALLEL = 8
MOST_BYTES = 4_000_000  # of texts a part; Lambda takes 6 MB, and JSON escapes

Send = Callable[[OutgoingFrames], Mapping[str, SendResult]]
Invoke = Callable[[dict[str, Any]], dict[str, Any]]


@dataclass(frozen=True)
class Split:
    """Sends outgoing by itself while they are few; else each part through `invoke`, whose answer is `answered`."""

    send: Send
    invoke: Invoke

    def __call__(self, outgoing: OutgoingFrames) -> dict[str, SendResult]:
        """What became of every connection's frames; those of a part that failed as a whole have FAILED."""
        if len(outgoing) <= AT_ONCE:
            return dict(self.send(outgoing))
        parts = list(parted(outgoing))
        with ThreadPoolExecutor(PARALLEL) as pool:
            running = [pool.submit(copy_context().run, self._part, part) for part in parts]
            return {name: posted for future in running for name, posted in future.result().items()}

    def _part(self, part: OutgoingFrames) -> dict[str, SendResult]:
        try:
            return opened_answer(self.invoke(packed(part)))
        except Exception:
            return dict.fromkeys(part, SendResult(SendOutcome.FAILED, 0))


def parted(outgoing: OutgoingFrames) -> Iterator[OutgoingFrames]:
    """Frames in parts of at most AT_ONCE connections, and of texts that fit one invocation."""
    part: dict[str, Sequence[bytes]] = {}
    texts: set[bytes] = set()
    for name, sent in outgoing.items():
        more = texts | set(sent)
        if part and (len(part) == AT_ONCE or sum(map(len, more)) > MOST_BYTES):
            yield part
            part, more = {}, set(sent)
        part[name], texts = sent, more
    if part:
        yield part


def packed(outgoing: OutgoingFrames) -> dict[str, Any]:
    """Frames as an invocation's payload: each text once, however many get it."""
    texts: dict[bytes, int] = {}
    wanted = {name: [texts.setdefault(text, len(texts)) for text in sent] for name, sent in outgoing.items()}
    return {"texts": [text.decode() for text in texts], "letters": wanted}


def unpacked(payload: Mapping[str, Any]) -> dict[str, list[bytes]]:
    """The inverse of `packed`."""
    texts = [text.encode() for text in payload["texts"]]
    return {name: [texts[number] for number in numbers] for name, numbers in payload["letters"].items()}


def answered(posted: Mapping[str, SendResult]) -> dict[str, Any]:
    """What became of outgoing, as an invocation's answer."""
    return {name: [one.outcome.value, one.sent] for name, one in posted.items()}


def opened_answer(answer: Mapping[str, Any]) -> dict[str, SendResult]:
    """The inverse of `answered`."""
    return dict(_opened(answer))


def _opened(answer: Mapping[str, Any]) -> Iterator[tuple[str, SendResult]]:
    for name, (outcome, sent) in answer.items():
        yield name, SendResult(SendOutcome(outcome), int(sent))
