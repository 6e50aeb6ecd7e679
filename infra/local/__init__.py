"""Belvedere on one machine: an AWS emulator, the deployed stack, and one front door to it.

Reading order: cli -> up -> emulator, deploy -> front_door. `sending`, `imports` and `demo` are clients of the stack.
"""
