"""What can be exported: raw events, the generic query, and the answers of routes.

`data_type` says what a kind of data and its source can do, `registry` lists all kinds, one module a kind makes rows.
"""
