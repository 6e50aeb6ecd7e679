"""Deleting a person under /v1/directory/users."""

from belvedere.directory.classes import classes_of_instructor, classes_of_student
from tests.contract.served import Served


def test_whoever_is_deleted_is_in_no_class_any_more(served: Served) -> None:
    admin = served.key("admin")
    assert served.post("/v1/directory/users", {"user_id": "kim", "role": "instructor"}, key=admin).status_code == 201
    new = {"class_id": "left", "name": "Left", "instructors": ["kim"]}
    assert served.post("/v1/directory/classes", new, key=admin).status_code == 201
    mine = {"add": ["kim"], "remove": []}
    assert served.post("/v1/directory/classes/left/students", mine, key=admin).status_code == 200
    assert (classes_of_instructor("demo", "kim"), classes_of_student("demo", "kim")) == (("left",), ("left",))
    assert served.ask("DELETE", "/v1/directory/users/kim", key=admin).status_code == 204
    assert (classes_of_instructor("demo", "kim"), classes_of_student("demo", "kim")) == ((), ())
