"""Belvedere's common layer: everything the small Lambda functions share."""
