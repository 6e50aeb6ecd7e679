"""Benchmarks: `make bench`, or `python -m bench [--quick] [section ...]`. They print ratios and never fail a build.

Every figure is measured beside its peer in the same run, round by round, and the answers are compared before times are.
"""
