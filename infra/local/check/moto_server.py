"""`moto_server` of the check's own environment, whose state machines call the functions of an emulator.

python infra/local/check/moto_server.py PORT EMULATOR_PORT
"""

import sys

from moto.server import main
from moto.stepfunctions.parser.asl.utils import boto_client

if __name__ == "__main__":
    port, emulator_port = sys.argv[1:]
    vars(boto_client)["moto_server_port"] = lambda: emulator_port
    main(["--host", "127.0.0.1", "--port", port])
