"""`belvedere import`: what is read, row after row, and how it becomes events."""
