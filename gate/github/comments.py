"""The one comment of ours on a pull request: found by marker and author, changed in place.

A page of a hundred comments is not all of them, and whoever can read a comment can copy its
marker: so all pages are read, and only what the same account wrote counts.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from gate.github.answers import Tree, number, text
from gate.github.client import Client
from gate.github.errors import GitHubError

LONGEST = 65_536
"""What GitHub takes; a longer body is 422."""
_BOT = "[bot]"
_USUAL = f"github-actions{_BOT}"


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment as it stands; `url` is for people."""

    id: int
    author: str
    body: str
    url: str


@dataclass(frozen=True, slots=True)
class Written:
    """What became of a comment: `made`, `changed`, `kept` (it said so already) or `left out`."""

    url: str
    how: str


Body = Callable[[str], str]
"""The new body, given the old one ("" where there is none). Its first line is the marker."""


class Sticky:
    """The comment of one marker on one pull request."""

    def __init__(self, client: Client, pull: int, marker: str) -> None:
        self._client = client
        self._pull = pull
        self._marker = marker
        self._author = ""

    def write(self, body: Body, *, fresh: bool = True) -> Written:
        """Change the comment, or make it where there is none and `fresh`; raises `GitHubError`."""
        found = self._ours()
        if not found and not fresh:
            return Written("", "left out")
        if not found:
            found = self._made(body(""))
            if len(found) == 1:
                return Written(found[0].url, "made")
        return self._one(found, body)

    def _one(self, found: tuple[Comment, ...], body: Body) -> Written:
        """Keep the oldest, with the new body; what another job wrote at the same moment goes."""
        oldest, *others = sorted(found, key=lambda comment: comment.id)
        wanted = body(oldest.body)
        how = "kept"
        if _plain(oldest.body) != _plain(wanted):
            self._client.patch(self._comment(oldest.id), {"body": wanted})
            how = "changed"
        for other in others:
            self._client.delete(self._comment(other.id))
        return Written(oldest.url, how)

    def _made(self, body: str) -> tuple[Comment, ...]:
        """Make it; all that are there then, by us or by who came at the same moment.

        An answer that was lost is looked for before it is sent once more.
        """
        try:
            return self._posted(body)
        except GitHubError as error:
            if not error.lost:
                raise
        return self._ours() or self._posted(body)

    def _posted(self, body: str) -> tuple[Comment, ...]:
        made = _read(self._client.post(self._comments, {"body": body}))
        if not made.id:
            raise GitHubError("GitHub's answer holds no comment")
        self._author = made.author  # who wrote it is who we are
        try:
            # A list may be a moment behind: what was made is told by the answer.
            return (made, *(other for other in self._ours() if other.id != made.id))
        except GitHubError:
            return (made,)

    def _ours(self) -> tuple[Comment, ...]:
        """All comments that begin with our marker and that we wrote."""
        marked = [
            comment
            for each in self._client.pages(self._comments)
            if (comment := _read(each)).body.partition("\n")[0].strip() == self._marker
        ]
        if marked and not self._author:
            self._author = whoami(self._client)
        return tuple(comment for comment in marked if comment.author == self._author)

    @property
    def _comments(self) -> str:
        return f"{self._client.access.path}/issues/{self._pull}/comments"

    def _comment(self, comment_id: int) -> str:
        return f"{self._client.access.path}/issues/comments/{comment_id}"


def whoami(client: Client) -> str:
    """The account that the token writes as; the Actions' own where GitHub does not say.

    An App is `NAME[bot]` in comments, and no person can bear that name.
    """
    try:
        login = text(client.query("query { viewer { login } }"), "data", "viewer", "login")
    except GitHubError:
        login = ""
    return _USUAL if login in {"", _USUAL.removesuffix(_BOT)} else login


def _read(tree: Tree) -> Comment:
    return Comment(
        id=number(tree, "id"),
        author=text(tree, "user", "login"),
        body=text(tree, "body"),
        url=text(tree, "html_url"),
    )


def _plain(body: str) -> str:
    """GitHub stores line ends as it likes."""
    return body.replace("\r\n", "\n").strip()
