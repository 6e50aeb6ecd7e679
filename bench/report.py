"""What a section found: figures with their targets and verdicts, tables beside them, notes; as Markdown and as JSON."""

import dataclasses
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

MET = "met"


@dataclass(frozen=True)
class Figure:
    """One measured number, with its target and how the two compare where there is a target."""

    what: str
    measured: str
    value: float
    target: str = ""
    verdict: str = ""


@dataclass(frozen=True)
class Table:
    """Rows of text under a title."""

    title: str
    headers: Sequence[str]
    rows: Sequence[Sequence[str]]


@dataclass
class Section:
    """One section's findings."""

    name: str
    title: str
    figures: list[Figure] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def told(self, what: str, value: float, unit: str = "") -> None:
        """A figure without a target."""
        self.figures.append(Figure(what, f"{number(value)}{unit}", value))

    def at_most(self, what: str, value: float, limit: float, unit: str = "") -> None:
        """A figure that should not exceed a limit."""
        verdict = MET if value <= limit else f"missed by {value / limit:.2f}x"
        target = f"<= {number(limit)}{unit}"
        self.figures.append(Figure(what, f"{number(value)}{unit}", value, target, verdict))

    def at_least(self, what: str, value: float, limit: float, unit: str = "") -> None:
        """A figure that should reach a limit."""
        verdict = MET if value >= limit else f"missed by {limit / value:.2f}x" if value else "missed"
        target = f">= {number(limit)}{unit}"
        self.figures.append(Figure(what, f"{number(value)}{unit}", value, target, verdict))


def number(value: float) -> str:
    """A number with as many digits as mean something."""
    if value >= 1000:
        return f"{value:,.0f}"
    return f"{value:.0f}" if value >= 100 else f"{value:.3g}"


def markdown(header: dict[str, str], sections: Iterable[Section]) -> str:
    """The whole report."""
    parts = ["# Benchmark", "", *(f"- {name}: {text}" for name, text in header.items()), ""]
    for section in sections:
        parts += [section_markdown(section), ""]
    return "\n".join(parts)


def section_markdown(section: Section) -> str:
    """One section: its figures, its tables, its notes."""
    parts = [f"## {section.name}: {section.title}", ""]
    figures = [(figure.what, figure.target, figure.measured, figure.verdict) for figure in section.figures]
    if figures:
        parts += [_table(("what", "target", "measured", "verdict"), figures), ""]
    for table in section.tables:
        parts += [f"### {table.title}", "", _table(table.headers, table.rows), ""]
    parts += [f"- {note}" for note in section.notes]
    return "\n".join(parts).rstrip()


def as_json(header: dict[str, str], sections: Iterable[Section]) -> dict[str, Any]:
    """The report for programs."""
    return {**header, "sections": [dataclasses.asdict(section) for section in sections]}


def from_json(content: dict[str, Any]) -> tuple[dict[str, str], list[Section]]:
    """The inverse of `as_json`."""
    header = {name: text for name, text in content.items() if name != "sections"}
    return header, [
        Section(
            section["name"], section["title"], [Figure(**each) for each in section["figures"]],
            [Table(**each) for each in section["tables"]], section["notes"],
        )
        for section in content["sections"]
    ]  # fmt: skip


def _table(headers: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table that also reads well in a terminal."""
    widths = [max(len(row[i]) for row in (headers, *rows)) for i in range(len(headers))]

    def line(row: Sequence[str]) -> str:
        return "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |"

    return "\n".join([line(headers), "|" + "|".join("-" * (width + 2) for width in widths) + "|", *map(line, rows)])
