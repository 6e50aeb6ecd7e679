"""The embedded emulator's own process, and what it does other than MiniStack by itself."""
