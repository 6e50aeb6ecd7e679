"""Where a workspace's model is kept (State), and what a process remembers of it: its unpacked form."""

from dataclasses import dataclass, field

from belvedere.boards.learning.predict.model import Model, packed, unpacked
from belvedere.storage.keys.state import model_key
from belvedere.storage.table import WorkspaceTable

NAME = "success"


def keep(state: WorkspaceTable, model: Model) -> None:
    """Replace the workspace's model."""
    from belvedere.storage.entities.state import LearntModelRecord

    key = model_key(state.workspace, NAME)
    state.put_all([LearntModelRecord(*key, body=packed(model), trained_at=model.trained_at).item()])


def read(state: WorkspaceTable) -> Model | None:
    """The workspace's model; None before the first, and for one that an earlier release wrote."""
    return Shelf().model(state)


@dataclass
class Shelf:
    """The models that this process has unpacked, and when they were trained."""

    models: dict[tuple[str, str], tuple[int, Model | None]] = field(default_factory=dict)

    def model(self, state: WorkspaceTable) -> Model | None:
        """The workspace's model, unpacked once. Blocking.

        It is read each time, and consistently: training makes models answers void, and an answer that was then made of
        the model before would be models in their place.
        """
        item = state.get(model_key(state.workspace, NAME), consistent=True)
        if item is None:
            return None
        place, trained_at = (state.name, state.workspace), int(item["trained_at"])
        before, model = self.models.get(place, (None, None))
        if before != trained_at:
            model = unpacked(bytes(item["body"]))  # type: ignore[arg-type]  # models as bytes
            self.models[place] = (trained_at, model)
        return model


SHELF = Shelf()
