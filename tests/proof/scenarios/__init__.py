"""The experiments, by what they break. Each takes a `Lab` and returns a `Verdict`."""
