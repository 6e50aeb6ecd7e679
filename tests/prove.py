"""`make prove`: breaks the fold in every way we know, and compares every rollup row with two recounts."""

import sys

from infra.local.settings import ROOT


def main() -> int:
    """Find the layer where pytest finds it, and make the experiments."""
    sys.path[:0] = [str(ROOT / "layers" / "shared"), str(ROOT / "functions")]
    from tests.proof.run import main as run

    return run()


if __name__ == "__main__":
    sys.exit(main())
