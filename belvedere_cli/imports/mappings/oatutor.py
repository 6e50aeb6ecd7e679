"""Interaction log of OATutor: answers become `learning.interaction`, opened hints become `learning.hint`.

The log has no durations, so averages over time stay empty rather than invented.
"""

import ast
import re

from belvedere_cli.imports.mappings.base import (
    Row,
    RowError,
    RowMapping,
    flag,
    optional_flag,
    optional_text,
    present,
    shown,
    text,
    utc_time,
)
from belvedere_cli.imports.mappings.sender import mapping_sender
from belvedere_cli.sending.event_wire import WireEvent

ROW = ""  # the first column, the row's number, has no name in the header
ANSWER = "answerStep"
HINTS = frozenset({"unlockHint", "unlockSubHint", "hintScaffoldLog"})
LEADING_LETTERS = re.compile(r"[A-Za-z]+")
LONGEST_SKILLS = 10_000


def to_event(row: Row) -> WireEvent:
    """The event of one row of the log."""
    kind = text(row, "eventType")
    if kind == ANSWER:
        return _event(row, "learning.interaction", success=flag(row, "isCorrect"))
    if kind in HINTS:
        return _event(row, "learning.hint", hint=optional_text(row, "hintID"))
    raise RowError(f"eventType must be one of {', '.join([ANSWER, *sorted(HINTS)])}, not {shown(kind)}")


def _event(row: Row, event_type: str, **own: bool | str | None) -> WireEvent:
    """The parts that both kinds of event share."""
    problem = text(row, "problemID")
    return WireEvent(
        id=f"oatutor-{_number(row)}",
        type=event_type,
        time=utc_time(row, "time"),
        user=text(row, "oatsUserId"),
        properties=present(
            **own,
            agent_type=_agent_type(problem),
            concept=_concept(row),
            problem=problem,
            step=optional_text(row, "stepID"),
            first_attempt=optional_flag(row, "firstAttempt"),
        ),
    )


def _number(row: Row) -> str:
    """The row's number, which makes its id."""
    value = str(row[ROW]).strip()
    if not (value.isascii() and value.isdigit()):
        raise RowError(f"the first column must be the row's number, not {shown(value)}")
    return value


def _agent_type(problem: str) -> str | None:
    """The family of problems: `real11` and `real20` are both `real`."""
    letters = LEADING_LETTERS.match(problem)
    return letters.group().lower() if letters else None


def _concept(row: Row) -> str | None:
    """The first skill of a list written as Python text; read as a literal, never evaluated."""
    value = str(row["skills"]).strip()
    if not value:
        return None
    try:
        skills = ast.literal_eval(value) if len(value) <= LONGEST_SKILLS else None
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        skills = None
    if not isinstance(skills, list) or not all(isinstance(skill, str) for skill in skills):
        raise RowError(f"skills must be a list of names like ['a', 'b'], not {shown(value)}")
    return skills[0] if skills else None


OATUTOR = RowMapping(
    name="oatutor",
    columns=frozenset(
        {ROW, "oatsUserId", "problemID", "stepID", "hintID", "eventType", "isCorrect", "firstAttempt", "time", "skills"}
    ),
    to_event=to_event,
)
COLUMNS = (OATUTOR.columns,)
send = mapping_sender(OATUTOR)
