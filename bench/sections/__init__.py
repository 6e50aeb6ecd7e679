"""One module a section: what it measures, against what, and its targets."""
