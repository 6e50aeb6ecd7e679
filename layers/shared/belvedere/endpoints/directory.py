"""Endpoints of what a workspace knows about itself."""

from belvedere.auth.roles import EVERYBODY
from belvedere.endpoints.declaration import EndpointDeclaration

TEACHERS = ("instructor", "analyst")  # roles that may see students

ALERT_RULES = EndpointDeclaration(
    module="directory.alert_rules",
    purpose="When a workspace is alerted.",
    routes=(
        "GET /v1/directory/alert-rules",
        "PUT /v1/directory/alert-rules/{board}/{rule_id}",
        "DELETE /v1/directory/alert-rules/{board}/{rule_id}",
    ),
    answers={
        "GET /v1/directory/alert-rules": "when this workspace is alerted",
        "PUT /v1/directory/alert-rules/{board}/{rule_id}": "the rule as it is now",
        "DELETE /v1/directory/alert-rules/{board}/{rule_id}": "nothing: the board's own rule holds again",
    },
    scope="read",
    write_scope="admin",
    access=("keep_entries",),
)

CLASSES = EndpointDeclaration(
    module="directory.classes",
    purpose="Classes and who teaches them.",
    routes=(
        "GET /v1/directory/classes",
        "POST /v1/directory/classes",
        "GET /v1/directory/classes/{class_id}",
        "PUT /v1/directory/classes/{class_id}",
        "DELETE /v1/directory/classes/{class_id}",
    ),
    answers={
        "GET /v1/directory/classes": "the classes",
        "POST /v1/directory/classes": "the class that was made",
        "GET /v1/directory/classes/{class_id}": "a class",
        "PUT /v1/directory/classes/{class_id}": "the class as it is now",
        "DELETE /v1/directory/classes/{class_id}": "nothing: it is gone",
    },
    scope="read",
    write_scope="admin",
    roles=TEACHERS,
    access=("keep_classes",),
)

STUDENTS = EndpointDeclaration(
    module="directory.students",
    purpose="Who is in a class.",
    routes=(
        "GET /v1/directory/classes/{class_id}/students",
        "POST /v1/directory/classes/{class_id}/students",
        "PUT /v1/directory/classes/{class_id}/students/{user_id+}",
        "DELETE /v1/directory/classes/{class_id}/students/{user_id+}",
    ),
    answers={
        "GET /v1/directory/classes/{class_id}/students": "who is in a class",
        "POST /v1/directory/classes/{class_id}/students": "how many came and went",
        "PUT /v1/directory/classes/{class_id}/students/{user_id+}": "nothing: the student is in",
        "DELETE /v1/directory/classes/{class_id}/students/{user_id+}": "nothing: the student is out",
    },
    scope="read",
    write_scope="admin",
    roles=TEACHERS,
    access=("keep_students",),
)

USERS = EndpointDeclaration(
    module="directory.users",
    purpose="The people who may sign in.",
    routes=(
        "GET /v1/directory/users",
        "POST /v1/directory/users",
        "GET /v1/directory/users/{user_id}",
        "PUT /v1/directory/users/{user_id}",
        "DELETE /v1/directory/users/{user_id}",
    ),
    answers={
        "GET /v1/directory/users": "the people who may sign in",
        "POST /v1/directory/users": "the user that was made",
        "GET /v1/directory/users/{user_id}": "a user",
        "PUT /v1/directory/users/{user_id}": "the user as it is now",
        "DELETE /v1/directory/users/{user_id}": "nothing: the user is gone",
    },
    scope="admin",
    access=("keep_users", "forget_dismissals"),
)

AGENTS = EndpointDeclaration(
    module="directory.agents",
    purpose="The agents that events name.",
    routes=(
        "GET /v1/directory/agents",
        "POST /v1/directory/agents",
        "GET /v1/directory/agents/{agent_id}",
        "PUT /v1/directory/agents/{agent_id}",
        "DELETE /v1/directory/agents/{agent_id}",
    ),
    answers={
        "GET /v1/directory/agents": "the agents",
        "POST /v1/directory/agents": "the agent that was made",
        "GET /v1/directory/agents/{agent_id}": "an agent",
        "PUT /v1/directory/agents/{agent_id}": "the agent as it is now",
        "DELETE /v1/directory/agents/{agent_id}": "nothing: it is gone",
    },
    scope="read",
    write_scope="admin",
    roles=EVERYBODY,
    access=("keep_entries",),
)

CONCEPTS = EndpointDeclaration(
    module="directory.concepts",
    purpose="Concepts and what each builds on.",
    routes=(
        "GET /v1/directory/concepts",
        "POST /v1/directory/concepts",
        "PUT /v1/directory/concepts",
        "GET /v1/directory/concepts/{concept_id}",
        "PUT /v1/directory/concepts/{concept_id}",
        "DELETE /v1/directory/concepts/{concept_id}",
    ),
    answers={
        "GET /v1/directory/concepts": "the concepts and what each builds on",
        "POST /v1/directory/concepts": "the concept that was made",
        "PUT /v1/directory/concepts": "how many concepts there are now",
        "GET /v1/directory/concepts/{concept_id}": "a concept",
        "PUT /v1/directory/concepts/{concept_id}": "the concept as it is now",
        "DELETE /v1/directory/concepts/{concept_id}": "nothing: it is gone",
    },
    scope="read",
    write_scope="admin",
    roles=EVERYBODY,
    access=("keep_entry",),
)

WORKSPACE = EndpointDeclaration(
    module="directory.workspace",
    purpose="What a workspace has set for itself: its time zone.",
    routes=(
        "GET /v1/directory/workspace",
        "PUT /v1/directory/workspace",
    ),
    answers={
        "GET /v1/directory/workspace": "the settings of the workspace",
        "PUT /v1/directory/workspace": "the settings as they are now",
    },
    scope="read",
    write_scope="admin",
    roles=EVERYBODY,
    access=("keep_entry",),
)
