"""Where events become rollups."""
