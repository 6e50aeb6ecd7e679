"""Sketches: small summaries that merge by addition or maximum, so that rows of rollups can hold them. Pure."""
