"""The endpoints of the productivity board."""
