"""What a workspace knows about itself: a generic store, read by key and written all or nothing.

`writing`, `paging` and `names` are for every resource in it; boards declare their own. `workspace` and `zones` are the
settings. All of it blocks, so call it in a thread.
"""
