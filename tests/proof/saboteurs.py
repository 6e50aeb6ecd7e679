"""Clients that break the fold on purpose, to prove that the proof sees it; each stands between fold and table."""

from typing import Any

Actions = list[dict[str, Any]]


class Saboteur:
    """A client that passes everything on."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)


class TwoSteps(Saboteur):
    """Adds the counters in one transaction and moves the checkpoint in the next."""

    def transact_write_items(self, *, TransactItems: Actions, **rest: Any) -> Any:
        """Everything but the checkpoint, then the checkpoint."""
        checkpoint, *others = TransactItems
        if others and "Put" in checkpoint:
            self._client.transact_write_items(TransactItems=others, **rest)
            return self._client.transact_write_items(TransactItems=[checkpoint], **rest)
        return self._client.transact_write_items(TransactItems=TransactItems, **rest)


class StepsTurned(Saboteur):
    """Moves the checkpoint first and adds the counters in the next transaction."""

    def transact_write_items(self, *, TransactItems: Actions, **rest: Any) -> Any:
        """The checkpoint, then everything else."""
        checkpoint, *others = TransactItems
        if others and "Put" in checkpoint:
            self._client.transact_write_items(TransactItems=[checkpoint], **rest)
            return self._client.transact_write_items(TransactItems=others, **rest)
        return self._client.transact_write_items(TransactItems=TransactItems, **rest)


class Unconditional(Saboteur):
    """Moves the checkpoint wherever it stands."""

    def transact_write_items(self, *, TransactItems: Actions, **rest: Any) -> Any:
        """The transaction without the conditions on its first action."""
        checkpoint, *others = TransactItems
        if "Put" in checkpoint:
            checkpoint = {"Put": {name: checkpoint["Put"][name] for name in ("TableName", "Item")}}
        return self._client.transact_write_items(TransactItems=[checkpoint, *others], **rest)


class Unguarded(Saboteur):
    """Merges distinct rows whether or not the checkpoint still stands."""

    def transact_write_items(self, *, TransactItems: Actions, **rest: Any) -> Any:
        """The transaction without a condition check."""
        kept = [action for action in TransactItems if "ConditionCheck" not in action]
        return self._client.transact_write_items(TransactItems=kept, **rest)


class LastWriteWins(Saboteur):
    """Writes distinct rows over whatever they are by now."""

    def transact_write_items(self, *, TransactItems: Actions, **rest: Any) -> Any:
        """The transaction with conditions on its first action only."""
        first, *others = TransactItems
        bare = [
            {"Put": {name: action["Put"][name] for name in ("TableName", "Item")}} if "Put" in action else action
            for action in others
        ]
        return self._client.transact_write_items(TransactItems=[first, *bare], **rest)


class NoCheckpoint(Unguarded):
    """Neither looks at the checkpoint nor cares where it stands: it trusts that everything comes once."""

    def get_item(self, **request: Any) -> Any:
        """Nothing where a checkpoint is asked for."""
        answer = self._client.get_item(**request)
        if request["Key"]["pk"]["S"].endswith("#checkpoint"):
            answer.pop("Item", None)
        return answer

    def transact_write_items(self, *, TransactItems: Actions, **rest: Any) -> Any:
        """The transaction without what it says about the checkpoint."""
        return super().transact_write_items(TransactItems=TransactItems[1:], **rest)


class LanesTurned(Saboteur):
    """Adds the rows of the first lanes after those of the board, though the checkpoint moves as it should."""

    def __init__(self, client: Any) -> None:
        super().__init__(client)
        self._late: Actions = []

    def transact_write_items(self, *, TransactItems: Actions, **rest: Any) -> Any:
        """The checkpoint alone while lanes are apart; once they are together again, what was left out."""
        checkpoint, *others = TransactItems
        if "Put" not in checkpoint:
            return self._client.transact_write_items(TransactItems=TransactItems, **rest)
        if "sequence" not in checkpoint["Put"]["Item"]:
            self._late += others
            return self._client.transact_write_items(TransactItems=[checkpoint], **rest)
        answer = self._client.transact_write_items(TransactItems=TransactItems, **rest)
        while self._late:
            some, self._late = self._late[:100], self._late[100:]
            self._client.transact_write_items(TransactItems=some, **rest)
        return answer


class LogBeside(Saboteur):
    """Writes the log's entry in a transaction of its own, before the one that it tells of."""

    def transact_write_items(self, *, TransactItems: Actions, **rest: Any) -> Any:
        """The entry and its number, then everything else."""
        log = [action for action in TransactItems if _of_log(action)]
        if log:
            self._client.transact_write_items(TransactItems=log, **rest)
        others = [action for action in TransactItems if not _of_log(action)]
        return self._client.transact_write_items(TransactItems=others, **rest)


def _of_log(action: dict[str, Any]) -> bool:
    ((_, request),) = action.items()
    return str((request.get("Key") or request.get("Item"))["pk"]["S"]).endswith("#changes")
