"""What GitHub sends, as far as anything of it matters, with some of what does not."""

from typing import Any

Json = dict[str, Any]

REPO = "openai/dev-agent-lens"
REPOSITORY = {
    "id": 186853002, "name": "dev-agent-lens", "full_name": REPO, "private": False, "default_branch": "main",
    "owner": {"login": "openai", "id": 1, "type": "Organization"}, "created_at": 1557933565,
}  # fmt: skip
SENDER = {"login": "dev-1", "id": 11, "type": "User"}


def pull_request(action: str, **fields: Any) -> Json:
    """The payload of `pull_request`."""
    pull = {
        "id": 279147437, "number": 11, "state": "open", "title": "Tell errors apart", "body": None,
        "user": {"login": "dev-2", "id": 22, "type": "User"}, "created_at": "2024-01-02T09:00:00Z",
        "updated_at": "2024-01-02T09:00:00Z", "closed_at": None, "merged_at": None, "merged": False, "draft": False,
        "head": {"ref": "errors", "sha": "c" * 40}, "base": {"ref": "main", "sha": "d" * 40}, "commits": 1,
    }  # fmt: skip
    told = {**pull, **fields}
    number = told["number"]
    return {"action": action, "number": number, "pull_request": told, "repository": REPOSITORY, "sender": SENDER}


def review(action: str, **fields: Any) -> Json:
    """The payload of `pull_request_review`."""
    told = {
        "id": 237895671, "user": {"login": "dev-1", "id": 11}, "body": "Well done", "state": "approved",
        "submitted_at": "2024-01-03T10:00:00Z", "commit_id": "c" * 40, "author_association": "MEMBER",
    } | fields  # fmt: skip
    pull = {"id": 279147437, "number": 11, "state": "open", "title": "Tell errors apart"}
    return {"action": action, "review": told, "pull_request": pull, "repository": REPOSITORY, "sender": SENDER}


def push(ref: str = "refs/heads/main", *commits: Json, deleted: bool = False) -> Json:
    """The payload of `push`."""
    return {
        "ref": ref, "before": "0" * 40, "after": "0" * 40 if deleted else "b" * 40, "created": False,
        "deleted": deleted, "forced": False, "base_ref": None, "compare": "https://github.com/compare",
        "commits": list(commits), "head_commit": commits[-1] if commits else None, "repository": REPOSITORY,
        "pusher": {"name": "dev-2", "email": "dev-2@example.com"}, "sender": SENDER,
    }  # fmt: skip


def commit(sha: str, time: str = "2024-01-02T12:00:00+01:00", **author: Any) -> Json:
    """A commit of a push."""
    by = {"name": "Dev Two", "email": "dev-2@example.com", "username": "dev-2"} | author
    return {
        "id": sha * 40, "tree_id": "e" * 40, "distinct": True, "message": "Tell errors apart", "timestamp": time,
        "url": "https://github.com/commit", "author": by, "committer": by, "added": [], "removed": [],
        "modified": ["errors.py"],
    }  # fmt: skip


PING = {"zen": "Keep it logically awesome.", "hook_id": 1, "hook": {"type": "Repository"}, "repository": REPOSITORY}
