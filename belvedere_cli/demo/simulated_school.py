"""Who and what the simulator plays with: six tutoring agents, their concepts, and a roster of students.

A student's ability and an agent's difficulty are on one scale (logits), so the chance of a success is known exactly.
What a concept builds on is told for the Directory only: the simulated students know nothing of it.
"""

import math
import random
from dataclasses import dataclass

HELP_OF_A_HINT = 0.7
CLASSES = 3


@dataclass(frozen=True)
class Agent:
    """A tutoring agent: how hard its problems are, how long an answer takes, what they are about."""

    name: str
    level: str
    difficulty: float
    typical_ms: float
    concepts: tuple[str, ...]


@dataclass(frozen=True)
class Student:
    """A learner: ability, slowness (1 is typical) and how often one meets this student."""

    id: str
    class_id: str
    ability: float
    slowness: float
    activity: float


AGENTS = (
    Agent("math_helper", "beginner", -0.9, 6_000, ("algebra", "vectors", "trigonometry", "units")),
    Agent("kinematics", "beginner", -0.6, 9_000, ("displacement", "velocity", "acceleration", "projectile_motion")),
    Agent("forces", "intermediate", 0.0, 12_000, ("newtons_laws", "friction", "free_body_diagrams", "tension")),
    Agent("energy", "intermediate", 0.3, 14_000, ("work", "kinetic_energy", "potential_energy", "conservation")),
    Agent("momentum", "intermediate", 0.5, 14_000, ("impulse", "elastic_collisions", "inelastic_collisions")),
    Agent("angular_motion", "advanced", 1.1, 20_000, ("torque", "moment_of_inertia", "angular_momentum")),
)


PREREQUISITES: dict[str, tuple[str, ...]] = {
    "units": (),
    "algebra": ("units",),
    "trigonometry": ("algebra",),
    "vectors": ("trigonometry",),
    "displacement": ("units", "vectors"),
    "velocity": ("displacement",),
    "acceleration": ("velocity",),
    "projectile_motion": ("acceleration", "vectors"),
    "newtons_laws": ("acceleration",),
    "free_body_diagrams": ("newtons_laws", "vectors"),
    "friction": ("free_body_diagrams",),
    "tension": ("free_body_diagrams",),
    "work": ("displacement", "newtons_laws"),
    "kinetic_energy": ("velocity", "work"),
    "potential_energy": ("work",),
    "conservation": ("kinetic_energy", "potential_energy"),
    "impulse": ("newtons_laws", "velocity"),
    "inelastic_collisions": ("impulse",),
    "elastic_collisions": ("conservation", "impulse"),
    "torque": ("newtons_laws", "vectors"),
    "moment_of_inertia": ("torque",),
    "angular_momentum": ("impulse", "moment_of_inertia"),
}


def roster(rng: random.Random, size: int) -> tuple[Student, ...]:
    """A school of `size` students: most are typical, a few are far off, a few do most of the work."""
    return tuple(
        Student(
            id=f"student-{number:03d}",
            class_id=f"class-{number % CLASSES + 1}",
            ability=rng.gauss(0.4, 0.9),
            slowness=rng.lognormvariate(0, 0.25),
            activity=rng.lognormvariate(0, 0.8),
        )
        for number in range(1, size + 1)
    )


def chance_of_success(student: Student, agent: Agent, hints: int) -> float:
    """Chance that this student's next answer to this agent is right, after so many hints."""
    return 1 / (1 + math.exp(agent.difficulty - student.ability - HELP_OF_A_HINT * hints))
