"""The WebSocket API's functions, the push, and the streams."""
