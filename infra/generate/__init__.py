"""Writes what follows from the declarations of endpoints; `make generate` does it, and a test compares."""
