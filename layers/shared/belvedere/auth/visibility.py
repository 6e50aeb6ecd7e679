"""Whom a caller may see within their workspace: the engine's protocol, which boards that have persons implement.

Aggregates over everybody name nobody, so every role may read them; whoever asks about persons has to be allowed to see
each of them. Those who see everybody need no board for it, and a viewer sees nobody by name.
"""

import importlib
from collections.abc import Iterable
from typing import Protocol, cast

from belvedere.auth.caller import Caller
from belvedere.auth.roles import SEE_ALL
from belvedere.errors import Forbidden
from belvedere.schema.board import Board
from belvedere.schema.catalog import catalog
from belvedere.storage.tables import Tables

NO_NAMES = "a viewer sees numbers of everybody together, not of persons"


class People(Protocol):
    """What a board says of its persons; a module, named by `Board.people`. Callers have one of the board's roles."""

    async def visible_users(self, caller: Caller) -> frozenset[str]:
        """The persons whom the caller may see."""

    async def may_see_users(self, caller: Caller, users: frozenset[str]) -> None:
        """Raises Forbidden unless the caller may see each of these persons."""

    def forget_user(self, tables: Tables, user: str) -> None:
        """Delete what the board's own records say of a person. Blocking."""


async def visible_users(caller: Caller) -> frozenset[str] | None:
    """The persons whom the caller may see by name; None for everybody."""
    if caller.role in SEE_ALL:
        return None
    board = _board_of(caller.role)
    return await _people_of(board).visible_users(caller) if board else frozenset()


async def may_see_users(caller: Caller, users: Iterable[str]) -> None:
    """Raises Forbidden unless the caller may see each of these persons."""
    named = frozenset(users)
    if caller.role in SEE_ALL or not named:
        return
    board = _board_of(caller.role)
    if board is None:
        raise Forbidden(NO_NAMES)
    await _people_of(board).may_see_users(caller, named)


def sees_self_only(caller: Caller) -> bool:
    """Is all that the caller may read about themselves?"""
    role = catalog().roles.get(caller.role)
    return role is not None and role.self_only


async def askable(caller: Caller, user_ids: tuple[str, ...], *, by_person: bool = False) -> tuple[str, ...]:
    """The persons that a question of totals is about, for this caller; empty is everybody.

    The question of who sees only themselves is about them, said or not. `by_person` is for questions that would list
    persons: those who may not see everybody have to name whom they ask about. Raises Forbidden.
    """
    await may_see_users(caller, user_ids)
    if sees_self_only(caller):
        return (str(caller.user),)
    if by_person and not user_ids and caller.role not in SEE_ALL:
        role = catalog().roles.get(caller.role)
        raise Forbidden(role.name_whom if role else NO_NAMES)
    return user_ids


def forget_user(tables: Tables, user: str) -> None:
    """Delete what boards' own records say of a person who is deleted or erased. Blocking."""
    for board in catalog().boards.values():
        if board.people:
            _people_of(board).forget_user(tables, user)


def _board_of(role: str) -> Board | None:
    return next((board for board in catalog().boards.values() if role in (own.name for own in board.roles)), None)


def _people_of(board: Board) -> People:
    return cast("People", importlib.import_module(board.people))
