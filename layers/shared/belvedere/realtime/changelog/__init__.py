"""The numbered log of changes of a workspace: its entries (`log`), those of folded events (`notices`), and how a reader
goes on from a place in it (`cursor`).
"""
