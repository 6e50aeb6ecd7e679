"""Write every generated file; `--check` only says which are out of date."""

import sys

from infra.generate.files import generated
from infra.local.settings import ROOT


def main() -> int:
    """The exit code: 1 where a check finds a file that is out of date."""
    stale = {path: text for path, text in generated().items() if not path.is_file() or path.read_text() != text}
    for path, text in stale.items():
        sys.stdout.write(f"{path.relative_to(ROOT)}\n")
        if "--check" not in sys.argv:
            path.write_text(text)
    return 1 if stale and "--check" in sys.argv else 0


sys.exit(main())
