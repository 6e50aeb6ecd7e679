"""Pushes what is new in the log to those who listen: one pusher a workspace, one frame a message."""
