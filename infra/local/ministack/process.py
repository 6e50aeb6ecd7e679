"""`python -m infra.local.ministack.process`, with MiniStack's own environment: the embedded emulator."""

import os
from pathlib import Path

from ministack import app

from infra.local.ministack.guard import refuse_foreign
from infra.local.ministack.handshakes import pass_refusals_on
from infra.local.ministack.saver import Saver
from infra.local.ministack.turns import take_turns
from infra.local.ministack.unpacking import unpack_once

if __name__ == "__main__":
    pass_refusals_on()
    unpack_once()
    take_turns()
    saver = Saver(Path(os.environ["STATE_DIR"]))
    saver.restore()
    app.app = refuse_foreign(saver.watching(app.app))
    app.main()
