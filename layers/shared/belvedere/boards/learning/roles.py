"""The roles of the board's people; whom each sees, `people` says."""

from belvedere.schema.roles import Role

ROLES = (
    Role(name="student", self_only=True),
    Role(name="instructor", name_whom="name the students of your classes in user_ids"),
)
