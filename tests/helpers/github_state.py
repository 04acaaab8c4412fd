"""What the loopback GitHub knows: a repository with its comments, check runs, runs, artifacts."""

from __future__ import annotations

import io
import threading
import zipfile
from dataclasses import dataclass, field
from typing import Any

REPOSITORY = "team/shop"
REPOSITORY_ID = 7
FORK_ID = 8
WRITER, READER = "ghs_writer_0123456789", "ghs_reader_0123456789"
BOT = "github-actions[bot]"
LONGEST_BODY = 65_536

Json = dict[str, Any]


@dataclass(slots=True)
class Mood:
    """What goes wrong with the next `times` requests whose `METHOD path` contains `on`.

    `kind`: `status` (answer `status` with `headers`), `slow` (after `seconds`), `cut` (half of the
    answer), `trickle` (a byte every `seconds`), `lose` (do it, answer nothing), `silent` (for
    `seconds`), `garbage`, `header` (the right answer with these headers).
    """

    on: str
    kind: str
    times: int = 1
    status: int = 500
    headers: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.2
    message: str = "something went wrong"


@dataclass(slots=True)
class Asked:
    """One request that came in."""

    method: str
    path: str
    token: str
    body: Any = None


class State:
    """One repository, `team/shop`; ids count up. Every change happens under the lock."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.repository: Json = {
            "id": REPOSITORY_ID,
            "full_name": REPOSITORY,
            "default_branch": "main",
        }
        self.tokens: dict[str, Json] = {
            WRITER: {"login": BOT, "write": True},
            READER: {"login": BOT, "write": False},
        }
        self.comments: dict[int, list[Json]] = {}
        self.check_runs: list[Json] = []
        self.pulls: list[Json] = []
        self.runs: dict[int, Json] = {}
        self.artifacts: list[Json] = []
        self.files: dict[int, bytes] = {}
        self.branches: dict[str, list[str]] = {"main": []}
        self.moods: list[Mood] = []
        self.asked: list[Asked] = []
        self._last = 100

    def new_id(self) -> int:
        """The next id of anything."""
        with self.lock:
            self._last += 1
            return self._last

    def mood(self, request: str) -> Mood | None:
        """What goes wrong with this request, used up once."""
        with self.lock:
            for mood in self.moods:
                if mood.on in request and mood.times > 0:
                    mood.times -= 1
                    return mood
        return None

    def comment(self, pull: int, body: str, login: str = BOT) -> Json:
        """A comment as if `login` had written it."""
        with self.lock:
            made = {
                "id": (number := self.new_id()),
                "body": body,
                "user": {"login": login, "type": "Bot" if login.endswith("[bot]") else "User"},
                "html_url": f"https://github.example/team/shop/pull/{pull}#issuecomment-{number}",
            }
            self.comments.setdefault(pull, []).append(made)
            return made

    def run(self, sha: str, **facts: Any) -> Json:
        """A finished run of `push` on main, unless `facts` say otherwise."""
        with self.lock:
            own = {"id": REPOSITORY_ID, "full_name": REPOSITORY}
            made = {
                "id": self.new_id(),
                "head_sha": sha,
                "head_branch": "main",
                "event": "push",
                "status": "completed",
                "conclusion": "success",
                "repository": own,
                "head_repository": own,
                "pull_requests": [],
                **facts,
            }
            self.runs[made["id"]] = made
            if made["head_branch"] == "main" and made["head_repository"] == own:
                self.branches["main"].append(sha)
            return made

    def artifact(self, name: str, data: bytes, run: Json, **facts: Any) -> Json:
        """An artifact of a run; `data` is the zip as it is."""
        with self.lock:
            made = {
                "id": self.new_id(),
                "name": name,
                "size_in_bytes": len(data),
                "expired": False,
                "created_at": f"2026-11-20T09:30:{self._last % 60:02d}Z",
                "workflow_run": {
                    "id": run["id"],
                    "repository_id": REPOSITORY_ID,
                    "head_repository_id": run["head_repository"]["id"],
                    "head_branch": run["head_branch"],
                    "head_sha": run["head_sha"],
                },
                **facts,
            }
            self.artifacts.insert(0, made)
            self.files[made["id"]] = data
            return made

    def load(self, told: Json) -> None:
        """Take pulls, runs, branches, tokens and moods from a JSON object, for other processes."""
        with self.lock:
            self.pulls += told.get("pulls", [])
            self.branches.update(told.get("branches", {}))
            self.tokens.update(told.get("tokens", {}))
            self.runs.update({run["id"]: run for run in told.get("runs", [])})
            self.moods += [Mood(**mood) for mood in told.get("moods", [])]
            for pull, body, login in told.get("comments", []):
                self.comment(pull, body, login)
            for each in told.get("artifacts", []):
                zipped = bytes.fromhex(each["zip"])
                self.artifact(each["name"], zipped, self.runs[each["run"]])

    def told(self) -> Json:
        """Everything that was written, and every request, as a JSON object."""
        with self.lock:
            return {
                "comments": {str(pull): found for pull, found in self.comments.items()},
                "check_runs": self.check_runs,
                "artifacts": self.artifacts,
                "asked": [
                    {"method": a.method, "path": a.path, "token": a.token, "body": a.body}
                    for a in self.asked
                ],
            }


def zipped(**members: bytes) -> bytes:
    """A zip with these members; `__` in a name stands for a dot."""
    return zipped_as({name.replace("__", "."): data for name, data in members.items()})


def zipped_as(members: dict[str, bytes]) -> bytes:
    """A zip with members of any name, also bad ones."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in members.items():
            file.writestr(name, data)
    return buffer.getvalue()
