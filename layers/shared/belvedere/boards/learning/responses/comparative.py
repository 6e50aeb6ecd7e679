"""The comparison: every entity's numbers in the order asked, and how large the difference between both lists is."""

from collections.abc import Mapping, Sequence
from typing import Any

from belvedere.boards.learning.comparison_query import EntityStats, query_entity_stats, ranges
from belvedere.boards.learning.comparison_request import ComparativeBody, validate_comparison
from belvedere.boards.learning.responses.standing import effect_to_json
from belvedere.boards.learning.stats.effect import COHENS_D, PROPORTIONS, EffectSize, of_means, of_proportions
from belvedere.boards.learning.tally import added
from belvedere.clock import iso
from belvedere.query.reader.read import Reader

Json = dict[str, Any]


async def comparative(body: ComparativeBody, reader: Reader, now: int) -> Json:
    """The documented comparison. Raises Invalid naming a wrong field."""
    parts = ranges(validate_comparison(body), now)
    as_of = await reader.as_of()
    stats = await query_entity_stats(body, reader, now)
    response = {
        "comparison_type": body.comparison_type,
        "primary_entities": body.primary_entities,
        "comparison_entities": body.comparison_entities,
        "metrics": body.metrics,
        "time_range": parts[""].to_json() if "" in parts else None,
        "comparisons": [
            *_rows(body.primary_entities, "primary", stats, parts),
            *_rows(body.comparison_entities, "comparison", stats, parts),
        ],
        "generated_at": iso(now),
        "as_of": iso(as_of) if as_of is not None else None,
    }
    return response | ({"effect_sizes": _effects(body, stats)} if body.effects else {})


def _rows(names: Sequence[str], role: str, stats: Mapping[str, EntityStats], parts: Mapping[str, Any]) -> list[Json]:
    """One row an entity, in the order asked; a time period tells its range."""
    return [
        {"entity_id": name, "entity_type": role, "metrics": dict(stats[name].metrics)}
        | ({"time_range": parts[name].to_json()} if name in parts else {})
        for name in dict.fromkeys(names)
    ]


def _effects(body: ComparativeBody, stats: Mapping[str, EntityStats]) -> list[Json]:
    """How the primary entities differ from the others; whoever is on both sides is left out of both."""
    both = set(body.primary_entities) & set(body.comparison_entities)
    sides = [[stats[name] for name in dict.fromkeys(names) if name not in both]
             for names in (body.primary_entities, body.comparison_entities)]  # fmt: skip
    effects = []
    if PROPORTIONS in body.effects:
        pooled = [added(entity.tally for entity in side) for side in sides]
        effects.append({"metric": "success_rate"} | effect_to_json(of_proportions(*pooled)))
    if COHENS_D in body.effects:
        effects += [{"metric": name} | effect_to_json(_of_metric(name, sides)) for name in body.metrics]
    return effects


def _of_metric(name: str, sides: Sequence[Sequence[EntityStats]]) -> EffectSize:
    """Of the entities' own values; those without one are left out."""
    values = [[float(value) for entity in side if (value := entity.metrics[name]) is not None] for side in sides]
    return of_means(*values)
