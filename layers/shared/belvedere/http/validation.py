"""Turns what FastAPI found wrong with a request into one message that names the field and what is allowed."""

from collections.abc import Mapping, Sequence
from typing import Any

from belvedere.errors import BadRequest, BelvedereError, Invalid

_PLACES = ("query", "path", "header", "cookie", "body")
MAX_LISTED = 20


def validation_refusal(problems: Sequence[Any]) -> BelvedereError:
    """400 when the body is not JSON at all, else 422 with the problems as text and as a list."""
    broken = next((problem for problem in problems if problem["type"] == "json_invalid"), None)
    if broken is not None:
        return BadRequest(f"the body is not valid JSON: {_broken_json(broken)}")
    listed = [_problem(problem) for problem in problems[:MAX_LISTED]]
    text = "; ".join(f"{problem['field']}: {problem['message']}" for problem in listed)
    return Invalid(text, errors=listed)


def _problem(problem: Mapping[str, Any]) -> dict[str, str]:
    place, *path = [str(step) for step in problem["loc"]]
    if place not in _PLACES:
        place, path = "body", [place, *path]
    return {"field": ".".join(path) or place, "in": place, "message": _message(problem)}


def _message(problem: Mapping[str, Any]) -> str:
    context = problem.get("ctx") or {}
    match problem["type"]:
        case "missing":
            return "is required"
        case "literal_error" | "enum":
            return f"must be one of {context.get('expected')}"
        case "model_attributes_type" | "model_type" | "dict_type":
            if isinstance(problem.get("input"), bytes):  # FastAPI has not read them, because nobody said what they are
                return "is read as JSON only with the header Content-Type: application/json"
            return "must be a JSON object"
        case "value_error" if isinstance(context.get("error"), ValueError):
            return str(context["error"])  # raised by a validator of ours, so the words are ours
    text = str(problem["msg"])
    return text[:1].lower() + text[1:]


def _broken_json(problem: Mapping[str, Any]) -> str:
    reason = str((problem.get("ctx") or {}).get("error", "cannot be read"))
    position = problem["loc"][-1]
    where = f" at character {position}" if isinstance(position, int) else ""
    return reason[:1].lower() + reason[1:] + where
