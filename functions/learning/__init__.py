"""The endpoints of the learning board."""
