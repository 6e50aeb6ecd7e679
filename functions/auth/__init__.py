"""The endpoints of signing in."""
