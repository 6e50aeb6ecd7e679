"""The commands, a module a group of them; what takes long to import is imported by the command that needs it."""
