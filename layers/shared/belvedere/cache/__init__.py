"""Finished answers kept for the next who asks: in the process's memory, and behind it in the Cache table.

`policy` says when a kept answer may be shown, `serve` shows it or computes another, `cached_query` is how an endpoint
declares what it keeps. `version` tells whether the data has changed, `invalidation` what was declared void,
`query_sampling` what is worth refreshing ahead.
"""
