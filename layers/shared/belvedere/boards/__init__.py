"""What each dashboard counts, as declarations. The engine knows boards only through `registry`."""
