"""The paths of the loopback GitHub and what each answers, after docs.github.com's REST API."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any, Protocol

from tests.helpers.github_state import LONGEST_BODY, Json, State

Query = dict[str, str]


class Reply:
    """A status, a body (bytes as they are, anything else as JSON) and headers."""

    def __init__(self, status: int, body: Any, headers: dict[str, str] | None = None) -> None:
        self.status = status
        self.content = body if isinstance(body, bytes) else json.dumps(body).encode()
        if status == 204:
            self.content = b""
        self.headers = headers or {}


class Refused(Exception):  # noqa: N818  # an answer, not an error of ours
    """An answer that is no."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


class Hosts(Protocol):
    """Where the servers are."""

    files: str

    @property
    def url(self) -> str: ...


class Call:
    """One request, with what its path's pattern found."""

    def __init__(
        self, state: State, found: tuple[str, ...], query: Query, body: Any, hosts: Hosts, path: str
    ) -> None:
        self.state, self.found, self.query, self.body = state, found, query, body
        self.hosts, self.path = hosts, path
        self.login = ""

    def paged(self, items: list[Any], name: str = "") -> Reply:
        """One page, with the address of the next; under `name` with the count where it has one."""
        size = min(int(self.query.get("per_page", "30")), 100)
        page = int(self.query.get("page", "1"))
        shown = items[(page - 1) * size : page * size]
        headers = {}
        if page * size < len(items):
            rest = "&".join(f"{k}={v}" for k, v in self.query.items() if k != "page")
            url = f"{self.hosts.url}{self.path}?{rest}&page={page + 1}"
            headers["Link"] = f'<{url}>; rel="next", <{url}>; rel="last"'
        body: Any = {"total_count": len(items), name: shown} if name else shown
        return Reply(200, body, headers)


def answer(  # noqa: PLR0917  # one request
    state: State, method: str, path: str, query: Query, body: Any, token: str, hosts: Hosts
) -> Reply:
    """What GitHub answers; raises `Refused`."""
    known = state.tokens.get(token)
    if token and known is None:
        raise Refused(401, "Bad credentials")
    prefix = f"/repos/{state.repository['full_name']}"
    for wanted, pattern, handle in _ROUTES:
        found = re.fullmatch(pattern.replace("REPO", re.escape(prefix)), path)
        if found is None or wanted != method:
            continue
        if method != "GET" and path != "/graphql":
            _may_write(known)
        call = Call(state, found.groups(), query, body, hosts, path)
        call.login = known["login"] if known else ""
        with state.lock:
            return handle(call)
    raise Refused(404, "Not Found")


def _may_write(known: Json | None) -> None:
    if known is None:
        raise Refused(401, "Requires authentication")
    if not known["write"]:
        raise Refused(403, "Resource not accessible by integration")


def _viewer(call: Call) -> Reply:
    if not call.login:
        raise Refused(401, "Requires authentication")
    return Reply(200, {"data": {"viewer": {"login": call.login}}})


def _repository(call: Call) -> Reply:
    return Reply(200, call.state.repository)


def _comments(call: Call) -> Reply:
    return call.paged(call.state.comments.get(int(call.found[0]), []))


def _bounded(body: Json) -> str:
    text: str = body["body"]
    if len(text) > LONGEST_BODY:
        raise Refused(422, "Body is too long (maximum is 65536 characters)")
    return text


def _comment(call: Call) -> Reply:
    return Reply(201, call.state.comment(int(call.found[0]), _bounded(call.body), call.login))


def _find(call: Call) -> tuple[list[Json], Json]:
    for found in call.state.comments.values():
        for comment in found:
            if comment["id"] == int(call.found[0]):
                return found, comment
    raise Refused(404, "Not Found")


def _edit(call: Call) -> Reply:
    _, comment = _find(call)
    comment["body"] = _bounded(call.body)
    return Reply(200, comment)


def _remove(call: Call) -> Reply:
    found, comment = _find(call)
    found.remove(comment)
    return Reply(204, {})


def _few(call: Call) -> list[Json]:
    output = call.body.get("output", {})
    found: list[Json] = output.get("annotations", [])
    if len(found) > 50:
        raise Refused(422, "Invalid request. No more than 50 items are allowed; annotations")
    return found


def _check_run(call: Call) -> Reply:
    annotations = _few(call)
    number = call.state.new_id()
    url = f"https://github.example/team/shop/runs/{number}"
    made = {**call.body, "id": number, "html_url": url, "all_annotations": list(annotations)}
    call.state.check_runs.append(made)
    return Reply(201, made)


def _more_of_check_run(call: Call) -> Reply:
    for run in call.state.check_runs:
        if run["id"] == int(call.found[0]):
            run["all_annotations"] += _few(call)
            return Reply(200, run)
    raise Refused(404, "Not Found")


def _check_runs(call: Call) -> Reply:
    name = call.query.get("check_name", "")
    found = [r for r in call.state.check_runs if r["head_sha"] == call.found[0]]
    return call.paged([r for r in found if name in {"", r["name"]}], "check_runs")


def _artifacts(call: Call) -> Reply:
    name = call.query.get("name", "")
    return call.paged([a for a in call.state.artifacts if name in {"", a["name"]}], "artifacts")


def _of_run(call: Call) -> Reply:
    run, name = int(call.found[0]), call.query.get("name", "")
    found = [a for a in call.state.artifacts if a["workflow_run"]["id"] == run]
    return call.paged([a for a in found if name in {"", a["name"]}], "artifacts")


def _zip(call: Call) -> Reply:
    number = int(call.found[0])
    artifact = next((a for a in call.state.artifacts if a["id"] == number), None)
    if artifact is None or artifact["expired"]:
        raise Refused(410 if artifact else 404, "Artifact has expired")
    return Reply(302, b"", {"Location": f"{call.hosts.files}/file/{number}?sig=secret"})


def _forget(call: Call) -> Reply:
    kept = [a for a in call.state.artifacts if a["id"] != int(call.found[0])]
    if len(kept) == len(call.state.artifacts):
        raise Refused(404, "Not Found")
    call.state.artifacts[:] = kept
    return Reply(204, {})


def _run(call: Call) -> Reply:
    run = call.state.runs.get(int(call.found[0]))
    if run is None:
        raise Refused(404, "Not Found")
    return Reply(200, run)


def _runs(call: Call) -> Reply:
    branch = call.query.get("branch", "")
    runs = sorted(call.state.runs.values(), key=lambda run: int(run["id"]), reverse=True)
    return call.paged([r for r in runs if branch in {"", r["head_branch"]}], "workflow_runs")


def _ref(call: Call) -> Reply:
    commits = call.state.branches.get(call.found[0])
    if not commits:
        raise Refused(404, "Not Found")
    return Reply(200, {"ref": f"refs/heads/{call.found[0]}", "object": {"sha": commits[-1]}})


def _branch_at(call: Call, tip: str) -> list[str]:
    for commits in call.state.branches.values():
        if commits and commits[-1] == tip:
            return commits
    raise Refused(404, "Not Found")


def _commits(call: Call) -> Reply:
    commits = _branch_at(call, call.query["sha"])
    return call.paged([{"sha": sha} for sha in reversed(commits)])


def _compare(call: Call) -> Reply:
    tip, sha = call.found
    commits = _branch_at(call, tip)
    status = "diverged"
    if sha in commits:
        status = "identical" if tip == sha else "behind"
    return Reply(200, {"status": status, "commits": [], "files": []})


def _pulls(call: Call) -> Reply:
    head = call.query.get("head", "")
    return call.paged([p for p in call.state.pulls if head in {"", p["head"]["label"]}])


def _pull(call: Call) -> Reply:
    for pull in call.state.pulls:
        if pull["number"] == int(call.found[0]):
            return Reply(200, pull)
    raise Refused(404, "Not Found")


_ROUTES: tuple[tuple[str, str, Callable[[Call], Reply]], ...] = (
    ("POST", "/graphql", _viewer),
    ("GET", "REPO", _repository),
    ("GET", r"REPO/issues/(\d+)/comments", _comments),
    ("POST", r"REPO/issues/(\d+)/comments", _comment),
    ("PATCH", r"REPO/issues/comments/(\d+)", _edit),
    ("DELETE", r"REPO/issues/comments/(\d+)", _remove),
    ("POST", "REPO/check-runs", _check_run),
    ("PATCH", r"REPO/check-runs/(\d+)", _more_of_check_run),
    ("GET", r"REPO/commits/(\w+)/check-runs", _check_runs),
    ("GET", "REPO/actions/artifacts", _artifacts),
    ("GET", r"REPO/actions/artifacts/(\d+)/zip", _zip),
    ("DELETE", r"REPO/actions/artifacts/(\d+)", _forget),
    ("GET", r"REPO/actions/runs/(\d+)/artifacts", _of_run),
    ("GET", r"REPO/actions/runs/(\d+)", _run),
    ("GET", "REPO/actions/runs", _runs),
    ("GET", r"REPO/git/ref/heads/(.+)", _ref),
    ("GET", "REPO/commits", _commits),
    ("GET", r"REPO/compare/(\w+)\.\.\.(\w+)", _compare),
    ("GET", "REPO/pulls", _pulls),
    ("GET", r"REPO/pulls/(\d+)", _pull),
)
