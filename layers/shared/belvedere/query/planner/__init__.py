"""From a request to the rollup rows that answer it: checked, resolved, cut into scans. Pure."""
