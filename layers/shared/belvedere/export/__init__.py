"""Tables as files: `sheet` says what is written, one module a format says how, `inline` bounds what one answer holds.

Writers take columns and an iterable of rows, and read it once: a small export is joined into an answer, a large one can
be written part by part.
"""
