"""The proof of the fold: experiments on real tables and their real stream, with faults between any two calls.

`python -m tests.prove` runs all of them; the tests of tests/integration run the same on less data.
Delivery that is assumed: at least once, in write order per partition of Events. Nothing else.
"""
