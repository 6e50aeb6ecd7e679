"""From a request to the rollup rows that answer it. Pure.

`request` checks a body and makes it a `question`; `choose` picks the rollup table, `range_split` cuts the range by
grain, `page_selection` says which pages can stand for rows, and `plan` puts the scans together.
"""
