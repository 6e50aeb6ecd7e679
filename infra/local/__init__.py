"""Belvedere on one machine: an AWS emulator, the deployed stack, and one front door to it.

Reading order: cli -> up -> emulator, build, artifacts, http_api, stack -> front_door.
"""
