"""From events to rollup rows: pure arithmetic (sketches, deltas, chunks) and the fold that commits it."""
