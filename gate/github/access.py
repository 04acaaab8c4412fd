"""Where the GitHub is that runs us, and what we may do there: from the environment only."""

from __future__ import annotations

import re
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass, field

from gate.github.errors import GitHubError

_OWN = "PERFGATE_GITHUB_TOKEN"
TOKENS = (_OWN, "GITHUB_TOKEN", "GH_TOKEN")
_API = "https://api.github.com"
_SERVER = "https://github.com"
_REPOSITORY = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]*/[A-Za-z0-9._-]{1,100}", re.ASCII)
_SAFE = re.compile(
    r"https://[^\s/?#@]+(/[^\s?#@]*)?|http://(127\.0\.0\.1|\[::1\]|localhost)(:\d+)?(/[^\s?#@]*)?"
)


_taken: list[str] = []


def take_token(environ: MutableMapping[str, str]) -> None:
    """Keep our own token in this process alone: the tools that we start inherit `environ`."""
    token = environ.pop(_OWN, "")
    if token:
        _taken[:] = [token]


@dataclass(frozen=True, slots=True)
class Access:
    """A repository on a GitHub, and the token that opens it ("" for none); never shown."""

    repository: str
    api: str = _API
    server: str = _SERVER
    graphql: str = f"{_API}/graphql"
    token: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        """Refuse what would carry the token elsewhere; raises `GitHubError`."""
        if not _REPOSITORY.fullmatch(self.repository):
            raise GitHubError(
                f"{self.repository[:100]!r} is no repository of GitHub",
                hint="set GITHUB_REPOSITORY to OWNER/NAME, as the runner does",
            )
        for name, address in (("GITHUB_API_URL", self.api), ("GITHUB_GRAPHQL_URL", self.graphql)):
            if not _SAFE.fullmatch(address):
                raise GitHubError(
                    f"{name} is {address[:200]!r}: the token goes over https only",
                    hint="expected an address such as https://github.example.com/api/v3",
                )

    @property
    def path(self) -> str:
        """The repository's address below the API."""
        return f"/repos/{self.repository}"

    def hide(self, text: str) -> str:
        """The text without the token."""
        return text.replace(self.token, "***") if self.token else text


def access_of(environ: Mapping[str, str]) -> Access:
    """The access that the runner's variables describe; raises `GitHubError`."""
    named = (environ[name] for name in TOKENS if environ.get(name))
    token = (environ.get(_OWN) or next(iter(_taken), "") or next(named, "")).strip()
    api = (environ.get("GITHUB_API_URL") or _API).rstrip("/")
    return Access(
        repository=environ.get("GITHUB_REPOSITORY", ""),
        api=api,
        server=(environ.get("GITHUB_SERVER_URL") or _SERVER).rstrip("/"),
        graphql=environ.get("GITHUB_GRAPHQL_URL") or _graphql(api),
        token=token,
    )


def _graphql(api: str) -> str:
    """Enterprise serves REST at `/api/v3` and GraphQL at `/api/graphql`."""
    return f"{api.removesuffix('/v3')}/graphql"
