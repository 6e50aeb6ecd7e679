"""Export jobs: a request becomes a job in State, a state machine works it off part by part, and its file is downloaded.

Read in this order: `request` (what is wanted), `job` and `store` (what is known of it), `start`, then the steps of the
state machine: `plan`, `write_part`, `assemble`, `finish`; `download` gives the file away.
"""
