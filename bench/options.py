"""How much of everything a run does."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Options:
    """What the command line asked for."""

    quick: bool = False
    five_million: bool = False

    @property
    def sizes(self) -> tuple[int, ...]:
        """Events in the 30 days."""
        if self.quick:
            return (10_000, 100_000)
        return (10_000, 100_000, 1_000_000, *((5_000_000,) if self.five_million else ()))

    def rounds(self, full: int) -> int:
        """How often to measure something that is measured `full` times in a full run."""
        return max(3, full // 3) if self.quick else full
