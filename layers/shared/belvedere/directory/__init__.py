"""What a workspace knows about itself: its classes and who is in them, its agents, its concepts.

`classes`, `agents` and `concepts` are what a request reads; all of them block, so call them in a thread. `register`,
`enrolment` and `graph` are what an administrator changes.
"""
