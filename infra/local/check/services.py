"""LocalStack and moto as processes of the check, ended with it."""

import os
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from infra.local import ports
from infra.local.settings import HOST, ROOT, LocalError, LocalSettings, aws_environment

PYTHON = ROOT / ".venv-localstack" / "bin" / "python"
START_S = 300.0  # it imports every service of AWS


@contextmanager
def localstack(*, tables_at: int | None) -> Iterator[str]:
    """Where LocalStack is; it has its tables from DynamoDB Local, which it fetches, or from what is at a port."""
    port = ports.free_port()
    with tempfile.TemporaryDirectory(prefix="localstack-") as folder:
        own = {
            "GATEWAY_LISTEN": f"{HOST}:{port}",
            "FILESYSTEM_ROOT": folder,
            "DISABLE_EVENTS": "1",
            "SKIP_SSL_CERT_DOWNLOAD": "1",
            "DNS_ADDRESS": "0",
            **({"DYNAMODB_LOCAL_PORT": str(tables_at)} if tables_at else {}),
        }
        url = f"http://{HOST}:{port}"
        command = [str(PYTHON), "-m", "localstack.runtime.main"]
        with _process("LocalStack", command, own, f"{url}/_localstack/health", Path(folder)):
            yield url


@contextmanager
def moto(emulator_port: int) -> Iterator[str]:
    """Where moto is; its state machines call the functions of the emulator at this port."""
    port = ports.free_port()
    url = f"http://{HOST}:{port}"
    script = str(Path(__file__).with_name("moto_server.py"))
    with tempfile.TemporaryDirectory(prefix="moto-") as folder:
        command = [str(PYTHON), script, str(port), str(emulator_port)]
        with _process("moto", command, {}, f"{url}/moto-api/", Path(folder)):
            yield url


@contextmanager
def _process(name: str, command: Sequence[str], own: dict[str, str], ready: str, folder: Path) -> Iterator[None]:
    environment = {key: value for key, value in aws_environment(LocalSettings()).items() if key != "AWS_ENDPOINT_URL"}
    log = folder / "log"
    with log.open("w") as out:
        process = subprocess.Popen(
            command, cwd=folder, env=environment | own, stdin=subprocess.DEVNULL, stdout=out, stderr=out
        )
    try:
        alive = lambda: process.poll() is None  # noqa: E731
        if not ports.wait_until(lambda: ports.answers(ready, timeout_s=5), seconds=START_S, alive=alive):
            end = "\n".join(log.read_text(errors="replace").splitlines()[-15:])
            raise LocalError(f"{name} did not start. The end of its log:{os.linesep}{end}")
        yield
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
