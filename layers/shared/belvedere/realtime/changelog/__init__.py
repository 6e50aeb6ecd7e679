"""The numbered log of changes of a workspace, and how a reader goes on from a place in it."""
