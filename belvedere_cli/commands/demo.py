"""`belvedere demo`: streams a simulated school's or team's events to a deployment."""

from typing import Any

import click

from belvedere_cli import deployment
from belvedere_cli.commands.options import Place, place_options, rate, span_ms, target_options, whole

BOARDS = ("learning", "productivity")


@click.command()
@click.option("--rate", type=rate, default="3", help="events a second, on average (default: 3)")
@click.option("--events", type=whole, help="stop after so many live events (default: at Ctrl-C)")
@click.option("--backfill", type=span_ms, metavar="SPAN", help="send the past first: 7d, 24h, 30m")
@click.option("--backfill-rate", type=rate, default="0.03", help="events a second of the past (default: 0.03)")
@click.option("--board", type=click.Choice(BOARDS), default="learning", help="whose events (default: learning)")
@click.option("--students", type=whole, default="60", help="students of the school (default: 60)")
@click.option("--developers", type=whole, default="12", help="developers of the team (default: 12)")
@click.option("--seed", type=int, default=7, help="another seed is another school or team (default: 7)")
@target_options
@place_options
def demo(place: Place, url: str | None, key: str | None, admin_key: str | None, **scenario: Any) -> int:
    """stream believable generated events"""
    deployment.check_sending(place.state_dir, url)
    from belvedere_cli.demo.demo import Scenario, run
    from belvedere_cli.sending.event_target import TargetOptions

    return run(Scenario(**scenario), TargetOptions(place.state_dir, url, key, admin_key))
