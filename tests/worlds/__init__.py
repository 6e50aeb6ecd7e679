"""Worlds: what tests stand on. One module a world, the base class of a test's setting; fixtures make them.

`served` the whole API in process on real tables · `stage` one function at a time, every AWS call watched ·
`room` a workspace with clients and pushes · `cache` a cache on tables in memory with a clock to turn ·
`lab`, `fold` fresh tables for experiments on the fold, and the truth of one · `ground_truth` a school whose numbers
are counted otherwise · `site` a deployed stack as its users reach it.
"""
