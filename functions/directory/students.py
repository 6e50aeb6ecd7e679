"""/v1/directory/classes/{class_id}/students: who is in a class; one at a time, or many at once."""

from typing import Annotated

from belvedere.boards.learning.directory import enrolment
from belvedere.boards.learning.directory.requests import EnrolmentBody
from belvedere.boards.learning.people import may_see_class
from belvedere.directory.names import Id, UserId
from belvedere.directory.paging import Limit
from belvedere.endpoints.directory import STUDENTS
from belvedere.http import Body, CallerDep, Endpoint, Path, Query, Response
from belvedere.storage.tables import tables
from belvedere.storage.threads import in_thread

ClassId = Annotated[Id, Path()]
Student = Annotated[UserId, Path()]

endpoint = Endpoint.of(STUDENTS)


@endpoint.get()
async def listed(
    caller: CallerDep,
    class_id: ClassId,
    limit: Annotated[Limit, Query()] = 100,
    cursor: Annotated[UserId | None, Query()] = None,
) -> Response:
    """The students of a class, by id; give `cursor` back to go on."""
    await may_see_class(caller, class_id)
    workspace_tables = tables(caller.workspace)
    students, after = await in_thread(lambda: enrolment.page_of_students(workspace_tables, class_id, limit, cursor))
    return endpoint.answer({"class_id": class_id, "students": students, "cursor": after})


@endpoint.post()
async def changed(caller: CallerDep, class_id: ClassId, body: Annotated[EnrolmentBody, Body()]) -> Response:
    """Up to a thousand students in, and as many out; who is in or out already is left alone."""
    done = await in_thread(lambda: enrolment.change_students(tables(caller.workspace), class_id, body))
    return endpoint.answer({"class_id": class_id, **done})


@endpoint.put(status_code=204)
async def added(caller: CallerDep, class_id: ClassId, user_id: Student) -> Response:
    """One student in; again is fine."""
    body = EnrolmentBody(add=[user_id], remove=[])
    await in_thread(lambda: enrolment.change_students(tables(caller.workspace), class_id, body))
    return endpoint.nothing()


@endpoint.delete(status_code=204)
async def removed(caller: CallerDep, class_id: ClassId, user_id: Student) -> Response:
    """One student out."""
    await in_thread(lambda: enrolment.withdraw(tables(caller.workspace), class_id, user_id))
    return endpoint.nothing()


handler = endpoint.handler
