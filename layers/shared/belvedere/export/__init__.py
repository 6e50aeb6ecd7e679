"""Tables as files: `columns` says what is written, `writers` has a module for each format, `inline` fits one answer.

Writers take rows as they come and read them once, a batch at a time: a small export is one answer, a large one is
written part by part and joined.
"""
