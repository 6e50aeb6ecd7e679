"""Alert rules: what they say, where a workspace's own are kept, and their evaluation on what changes."""
