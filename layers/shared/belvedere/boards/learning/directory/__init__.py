"""What the board keeps in a workspace's Directory: classes and who is in them, agents, concepts.

`classes` and `concepts` are what a request reads; all of them block, so call them in a thread. `register_*`,
`enrolment` and `graph` are what an administrator changes.
"""
