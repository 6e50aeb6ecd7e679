"""Lists raw events page by page: any page costs about the same, wherever it is, and the whole is counted, not read.

`lister` chooses the way: in order of time (`time_order`, by `time_counts`) or of a number (`value_order`, by `bins`; or
`run` where one number fills a bin). `counts` and `place` find where a page begins, `rows` reads it.
"""
