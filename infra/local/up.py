"""`belvedere up`: from nothing, or from whatever there is, to a running stack."""

import time

from belvedere_cli import deployment
from belvedere_cli.deployment import Outputs
from belvedere_cli.errors import complain
from infra.local import emulator, outputs, processes, saved
from infra.local.clients import client
from infra.local.demo_credentials import with_credentials
from infra.local.deploy import artifacts, build, cors, http_api, stack, standing, templates, warm
from infra.local.deploy.releases import without_aliases
from infra.local.deploy.sources import DEPLOYED, TOOLING, fingerprint
from infra.local.deploy.unsupported import without_unsupported
from infra.local.front_door import door
from infra.local.settings import LocalError, LocalSettings
from infra.local.steps import step

CODE = ("build", "tmp")  # what is built, and unpacked to run
STANDING = ("CREATE_COMPLETE", "UPDATE_COMPLETE")


def up(settings: LocalSettings) -> Outputs:
    """Start what is not running and deploy what has changed; what is in the tables stays."""
    processes.make_private(settings.state_dir, but=CODE)
    door.check(settings)
    ran = emulator.running(settings)
    previous = deployment.read(settings.state_dir)
    if ran and previous and previous.emulator_url != settings.emulator_url:
        raise LocalError(f"This stack's emulator runs at {previous.emulator_url}. To move it, stop it first: make down")
    emulator.start(settings)  # it comes up while the build runs
    wanted = f"{fingerprint((*DEPLOYED, *TOOLING))} {templates.chosen()}"
    deployed = _deployed(settings, wanted)
    now = deployed or _deploy(settings, wanted)
    with step(f"Opening the front door at {settings.url}"):
        door.open_up(settings, now, origins=templates.chosen().get("CorsOrigins", ""), anew=deployed is None)
    if deployed is None or not ran:
        warm.begin(client("lambda", settings), now)
    if settings.embedded and not ran:
        for line in saved.notices_at_start(settings, deployed_before=previous is not None):
            complain(line)
    return now


def down(settings: LocalSettings) -> list[str]:
    """Stop what this stack started: first the door, so that nothing more comes in, then the emulator."""
    stopped = ["front door"] if door.close(settings) else []
    if emulator.running(settings):
        stop_requested = time.time()
        with step("Saving the data"):
            emulator.stop(settings)
        for line in saved.notices_at_stop(settings, stop_requested):
            complain(line)
        stopped.append("emulator")
    return stopped


def _deployed(settings: LocalSettings, wanted: str) -> Outputs | None:
    """The outputs of a deployment of exactly these sources that still stands."""
    stamp = settings.state_dir / "deployed"
    previous = deployment.read(settings.state_dir)
    if previous is None or previous.url != settings.url or not stamp.exists() or stamp.read_text() != wanted:
        return None
    with step("Waiting for the emulator"):
        emulator.wait(settings)
    stands = stack.status(client("cloudformation", settings)) in STANDING
    if not stands or previous.emulator_url != settings.emulator_url:
        return None
    _mend(settings, previous)
    return previous


def _mend(settings: LocalSettings, deployed: Outputs) -> None:
    """Put back what is gone of a stack that says it stands. Raises LocalError where that cannot be done."""
    if functions := standing.missing_functions(settings, deployed):
        raise LocalError(
            f"The stack stands, but functions are gone: {', '.join(functions)}. `make clean` and `make up` start anew, "
            f"without the data."
        )
    if tables := standing.missing_tables(settings, deployed):
        with step("Making the tables that are gone"):
            standing.make_tables(settings, deployed, tables)
        complain(f"These tables were gone, and are empty now: {', '.join(tables)}. What was in them is lost.")


def _deploy(settings: LocalSettings, wanted: str) -> Outputs:
    stamp = settings.state_dir / "deployed"
    stamp.unlink(missing_ok=True)
    with build.lock():
        with step("Building the functions and layers"):
            built = build.build(settings)
        with step("Waiting for the emulator"):
            emulator.wait(settings)
        with step("Uploading the code"):
            template = templates.load(built)
            artifacts.publish(template, built.parent, client("s3", settings))
    with step("Deploying the stack"):
        now = _deploy_template(settings, template)
    _mend(settings, now)
    with step("Making API keys and demo accounts"):
        now = with_credentials(now, before=deployment.read(settings.state_dir))
    deployment.write(settings.state_dir, now)
    stamp.write_text(wanted)
    return now


def _deploy_template(settings: LocalSettings, template: templates.Template) -> Outputs:
    parameters = templates.local_parameters()
    handlers = templates.handlers(template)
    if settings.embedded:
        template = without_aliases(template)
    plain = http_api.expand_http_apis(templates.to_cloudformation(template, parameters))
    if settings.embedded:
        plain = without_unsupported(plain)
    url = artifacts.store_template(plain, client("s3", settings), settings.emulator_url)
    deployed = stack.deploy(client("cloudformation", settings), url, parameters)
    if settings.embedded:
        cors.apply(deployed.outputs["ApiId"], settings)
    return outputs.of(settings, deployed, handlers)
