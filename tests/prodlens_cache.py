"""A ProdLens cache, made: its tables, older ones, and a team whose numbers are known from outside."""

import sqlite3
from pathlib import Path
from typing import Any

SESSIONS = """CREATE TABLE sessions (id INTEGER PRIMARY KEY AUTOINCREMENT, session_id TEXT, developer_id TEXT,
    timestamp TEXT NOT NULL, model TEXT, tokens_in INTEGER NOT NULL, tokens_out INTEGER NOT NULL,
    latency_ms REAL NOT NULL, status_code INTEGER, accepted_flag INTEGER NOT NULL, repo_slug TEXT, event_date TEXT,
    total_tokens INTEGER NOT NULL DEFAULT 0, cost_usd REAL NOT NULL DEFAULT 0, diff_ratio REAL, accepted_lines INTEGER,
    trace_hash TEXT UNIQUE)"""
OLD_SESSIONS = """CREATE TABLE sessions (session_id TEXT, developer_id TEXT, timestamp TEXT NOT NULL, model TEXT,
    tokens_in INTEGER, tokens_out INTEGER, latency_ms REAL, status_code INTEGER, accepted_flag INTEGER)"""
PULLS = """CREATE TABLE pull_requests (id INTEGER PRIMARY KEY, number INTEGER NOT NULL, title TEXT, author TEXT,
    state TEXT, created_at TEXT, merged_at TEXT, updated_at TEXT, reopened INTEGER DEFAULT 0)"""
COMMITS = "CREATE TABLE commits (sha TEXT PRIMARY KEY, author TEXT, timestamp TEXT NOT NULL)"
SONNET, HAIKU, REPO = "anthropic/claude-3-sonnet", "anthropic/claude-3-haiku", "openai/dev-agent-lens"
GOLDEN: dict[str, list[dict[str, Any]]] = {
    "sessions": [
        {"session_id": "alpha", "developer_id": "dev-1", "timestamp": "2024-01-01T12:00:00+00:00", "model": SONNET,
         "tokens_in": 30, "tokens_out": 70, "latency_ms": 1200, "status_code": 200, "accepted_flag": 1,
         "accepted_lines": 4, "diff_ratio": 0.82, "cost_usd": 0.0057, "repo_slug": REPO, "trace_hash": "1"},
        {"session_id": "beta", "developer_id": "dev-1", "timestamp": "2024-01-01T13:00:00+00:00", "model": SONNET,
         "tokens_in": 20, "tokens_out": 30, "latency_ms": 1800, "status_code": 200, "accepted_flag": 0,
         "diff_ratio": 0.45, "cost_usd": 0.00255, "repo_slug": REPO, "trace_hash": "2"},
        {"session_id": "gamma", "developer_id": "dev-2", "timestamp": "2024-01-02T15:00:00+00:00", "model": HAIKU,
         "tokens_in": 40, "tokens_out": 10, "latency_ms": 1500, "status_code": 500, "accepted_flag": 0,
         "diff_ratio": 0.6, "cost_usd": 0.00009, "repo_slug": REPO, "trace_hash": "3"},
    ],
    "pull_requests": [
        {"id": 1010, "number": 10, "author": "dev-1", "state": "closed", "created_at": "2024-01-01T10:00:00+00:00",
         "merged_at": "2024-01-01T20:00:00+00:00", "updated_at": "2024-01-01T20:00:00+00:00", "reopened": 0},
        {"id": 1011, "number": 11, "author": "dev-2", "state": "closed", "created_at": "2024-01-02T09:00:00+00:00",
         "merged_at": "2024-01-05T09:00:00+00:00", "updated_at": "2024-01-05T09:00:00+00:00", "reopened": 1},
    ],
    "commits": [
        {"sha": "a" * 40, "author": "dev-1", "timestamp": "2024-01-02T11:00:00+00:00"},
        {"sha": "b" * 40, "author": "dev-2", "timestamp": "2024-01-02T12:00:00+00:00"},
    ],
}  # fmt: skip


def cache(path: Path, rows: dict[str, list[dict[str, Any]]], *tables: str) -> Path:
    """A cache of these tables and rows."""
    file = path / "cache.db"
    with sqlite3.connect(file) as database:
        for table in tables or (SESSIONS, PULLS, COMMITS):
            database.execute(table)
        for table, entries in rows.items():
            for row in entries:
                marks = ", ".join("?" * len(row))
                database.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})", tuple(row.values()))
    database.close()
    return file
