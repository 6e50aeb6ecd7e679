"""What each dashboard counts, as declarations. Importing this, or any board, hands the engine its catalog."""

from belvedere.boards.registry import CATALOG
from belvedere.schema.catalog import provide

provide(CATALOG)
