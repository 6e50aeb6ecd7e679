"""The entities that the board has in a Directory; each is found by the key of `keys` that is named with it."""

from pynamodb.attributes import BinaryAttribute, BooleanAttribute, NumberAttribute, UnicodeAttribute

from belvedere.storage.entities.entity import Entity


class ClassRecord(Entity):
    """A class without its students (`class_key`); `instructors` is a JSON list, `closing` a class being deleted."""

    name = UnicodeAttribute()
    instructors = UnicodeAttribute()
    version = NumberAttribute()
    created_at = UnicodeAttribute()
    updated_at = UnicodeAttribute()
    closing = BooleanAttribute(null=True)


class EnrolmentRecord(Entity):
    """That a user is a student of a class (`enrolment_key`): its key says it all."""


class MembershipRecord(Entity):
    """That a user has a role in a class (`membership_key`): its key says it all."""


class AgentRecord(Entity):
    """An agent (`agent_key`)."""

    name = UnicodeAttribute()
    description = UnicodeAttribute()
    active = BooleanAttribute()
    version = NumberAttribute()
    created_at = UnicodeAttribute()
    updated_at = UnicodeAttribute()


class ConceptsRecord(Entity):
    """All concepts of a workspace in one item (`concepts_key`): compressed JSON, and how often it was changed."""

    body = BinaryAttribute(legacy_encoding=False)
    revision = NumberAttribute()


ENTITIES: dict[str, type[Entity]] = {  # by the second word of their partition keys
    "classes": ClassRecord,
    "enrolment": EnrolmentRecord,
    "member": MembershipRecord,
    "agents": AgentRecord,
    "concepts": ConceptsRecord,
}
