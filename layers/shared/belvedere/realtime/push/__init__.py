"""Pushes what is new in the log to those who listen: one pusher a workspace.

The way of a message: `service` puts a push together, `push` holds the `lease` and runs a `cycle` after the other, a
cycle has each channel that is due `deliver`ed, the `reader` makes the channel's messages into frames, and the
`frame_sender` sends them. `progress` is how far that came; the `alert_task` evaluates alert rules beside it.
"""
