"""Where a workspace's model is kept (State), and what a process remembers of it."""

from dataclasses import dataclass, field

from belvedere.boards.learning.predict.model import Model, packed, unpacked
from belvedere.clock import SECOND_MS
from belvedere.storage.keys import model_key
from belvedere.storage.table import WorkspaceTable

NAME = "success"
REMEMBERED_MS = 30 * SECOND_MS


def keep(state: WorkspaceTable, model: Model) -> None:
    """Replace the workspace's model."""
    key = model_key(state.workspace, NAME)
    state.put_all([{"pk": key.pk, "sk": key.sk, "body": packed(model), "trained_at": model.trained_at}])


def read(state: WorkspaceTable) -> Model | None:
    """The workspace's model; None before the first, and for one that an earlier release wrote."""
    item = state.get(model_key(state.workspace, NAME))
    return unpacked(bytes(item["body"])) if item else None  # type: ignore[arg-type]  # kept as bytes


@dataclass
class Shelf:
    """The models that this process has read; each is read again after half a minute."""

    kept: dict[tuple[str, str], tuple[int, Model | None]] = field(default_factory=dict)

    def model(self, state: WorkspaceTable, now: int) -> Model | None:
        """The workspace's model, perhaps from memory. Blocking."""
        place = (state.name, state.workspace)
        read_at, found = self.kept.get(place, (0, None))
        if found is None or not 0 <= now - read_at < REMEMBERED_MS:
            found = read(state)
            self.kept[place] = (now, found)
        return found


SHELF = Shelf()
