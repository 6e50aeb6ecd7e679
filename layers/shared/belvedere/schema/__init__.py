"""The vocabulary a board declares itself in: event types, rollup tables and metrics.

Everything here is plain data and pure functions; the engine gives it meaning.
"""
