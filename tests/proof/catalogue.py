"""All experiments by name, in the order in which they are made; and which one finds out which sabotage."""

from collections.abc import Callable
from dataclasses import dataclass

from tests.proof import saboteurs
from tests.proof.scenarios import (
    ages,
    arrivals,
    crashes,
    erasure,
    lanes,
    late_reads,
    limits,
    poison,
    redelivery,
    rivals,
    teams,
    trouble,
    zones,
)
from tests.proof.verdict import Verdict
from tests.worlds.lab import Lab


@dataclass(frozen=True)
class Experiment:
    """A name in words, and what makes it."""

    name: str
    run: Callable[[Lab], Verdict]


AFTER_EVERY_CALL = Experiment("crash: after every call", crashes.after_every_call)
REPEATED = Experiment("delivery: repeated, cut and merged", redelivery.repeated_cut_and_merged)
OVERTAKEN = Experiment("rivals: overtaken at every call", rivals.overtaken)
DYING = Experiment("rivals: wakes after an erasure and dies", rivals.dying_zombie)
SEALED = Experiment("lanes: days sealed between", lanes.sealed_between)
SHARING = Experiment("rivals: partitions that share rows", rivals.sharing_rows)

EXPERIMENTS = (
    Experiment("crash: at every call", crashes.at_every_call),
    AFTER_EVERY_CALL,
    Experiment("crash: again and again", crashes.again_and_again),
    REPEATED,
    Experiment("delivery: a record twice in a batch", redelivery.overlapping_in_one_batch),
    Experiment("delivery: bisected", redelivery.bisected),
    Experiment("delivery: partitions in any order", redelivery.partitions_in_any_order),
    Experiment("trouble: from every call on", trouble.at_every_call),
    Experiment("trouble: most of the time", trouble.most_of_the_time),
    Experiment("poison: among events, at every call", poison.among_events),
    Experiment("poison: events of other types", poison.ill_typed_events),
    Experiment("poison: replaced, and beside an erasure", poison.replaced_and_erased),
    Experiment("rivals: racing", rivals.racing),
    OVERTAKEN,
    Experiment("rivals: wakes after an erasure", rivals.zombie),
    DYING,
    SHARING,
    Experiment("lanes: dies between", lanes.dying_between),
    Experiment("lanes: overtaken between", lanes.overtaken_between),
    SEALED,
    Experiment("reads: from the past", late_reads.reads_from_the_past),
    Experiment("arrivals: racing requests", arrivals.racing_requests),
    Experiment("arrivals: copies and contradictions", arrivals.copies_and_contradictions),
    Experiment("arrivals: two tenants", arrivals.two_tenants),
    Experiment("erasure: of some users", erasure.of_some_users),
    Experiment("erasure: dies at every call", erasure.erasing_dies),
    Experiment("recount: while events arrive", erasure.while_events_arrive),
    Experiment("recount: dies at every call", erasure.recount_dies),
    Experiment("age: fifteen months at once", ages.fifteen_months_at_once),
    Experiment("age: raw events expire", ages.expiries),
    Experiment("limits: names without end", limits.names_without_end),
    Experiment("limits: names without end, at every call", limits.at_every_call),
    Experiment("limits: rivals for rows that are full", limits.rivals),
    Experiment("limits: long names in every family", limits.long_names),
    Experiment("limits: a user of many rows erased", limits.erased),
    Experiment("refused: rows, put aside at every call", limits.refused_at_every_call),
    Experiment("refused: rows, replaced and erased", limits.refused_replaced_and_erased),
    Experiment("refused: large transactions", limits.refused_for_size),
    Experiment("team: every type, at every call", teams.at_every_call),
    Experiment("team: through everything", teams.through_everything),
    Experiment("zone: set in between", zones.set_in_between),
    Experiment("zone: off the hour, at every call", zones.at_every_call),
)

SABOTAGES: tuple[tuple[type, Experiment], ...] = (
    (saboteurs.TwoSteps, AFTER_EVERY_CALL),
    (saboteurs.StepsTurned, AFTER_EVERY_CALL),
    (saboteurs.Unconditional, OVERTAKEN),
    (saboteurs.Unguarded, DYING),
    (saboteurs.LastWriteWins, SHARING),
    (saboteurs.NoCheckpoint, REPEATED),
    (saboteurs.LanesTurned, SEALED),
    (saboteurs.LogBeside, AFTER_EVERY_CALL),
)
