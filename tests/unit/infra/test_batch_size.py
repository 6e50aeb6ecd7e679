"""The fold knows how large its batches can be: what the template says."""

import re

from belvedere.rollups.fold import FULL_RECORDS
from infra.local.settings import ROOT


def test_a_batch_is_full_at_the_size_that_the_template_gives_the_function() -> None:
    assert re.findall(r"BatchSize: (\d+)", (ROOT / "template.yaml").read_text()) == [str(FULL_RECORDS)]
