"""Realtime: one numbered log of changes a workspace, told to WebSocket and SSE clients so that nobody misses one."""
