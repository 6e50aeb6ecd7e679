"""Traces of assistants, in whichever of the known forms, as `productivity.session` events.

`view` finds the parts of a trace, `aliases` says where each field may be, `values` reads what is found there, and
`session` puts the event together.
"""
