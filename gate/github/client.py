"""Requests to one GitHub: bounded in time and size, tried again where that does no harm.

Redirects are followed by hand, so that the token goes to the API alone. What the answers hold was
written by strangers. Source: docs.github.com, REST API, version 2022-11-28.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from gate import __version__
from gate.github.access import Access
from gate.github.answers import Tree, items, parse, text
from gate.github.errors import GitHubError

if TYPE_CHECKING:
    import requests

    from gate.github.patience import Patience

_JSON_BYTES = 16 * 1024 * 1024
_CHUNK = 64 * 1024
_PAGES = 30
_TRIES = 3
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_GOOD = range(200, 300)


@dataclass(frozen=True, slots=True)
class Bounds:
    """Seconds to connect, between two bytes, for a whole answer, and for all of a client's."""

    connect: float = 10.0
    read: float = 20.0
    whole: float = 60.0
    all: float = 240.0


class _BrokenOffError(GitHubError):
    """The answer began and did not come to its end."""


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    body: bytes
    location: str
    next_page: str


class Client:
    """One GitHub, one repository. Every method raises `GitHubError`; the token is in no message."""

    def __init__(
        self,
        access: Access,
        *,
        bounds: Bounds = Bounds(),
        patience: Patience | None = None,
    ) -> None:
        self.access = access
        self._bounds = bounds
        self._spent = 0.0
        self._session = _session(patience)

    def get(self, path: str, **query: str | int) -> Tree:
        """What is at a path such as `/repos/o/n/pulls`."""
        return self._tree("GET", self._url(path), query=query)

    def pages(
        self, path: str, *names: str, most: int = _PAGES, **query: str | int
    ) -> Iterator[Tree]:
        """Every item of a list that comes in pages; `names` lead to the list in an answer.

        Ends without a word after `most` pages of 100.
        """
        url, asked = self._url(path), {"per_page": 100, **query}
        for _ in range(most):
            answer = self._send("GET", url, query=asked)
            yield from items(parse(answer.body, path), *names)
            url, asked = answer.next_page, {}
            if not url:
                return
            self._refuse_elsewhere(url)

    def post(self, path: str, body: Mapping[str, Tree]) -> Tree:
        """Make something; sent once. Where the error is `lost`, look whether it was made."""
        return self._tree("POST", self._url(path), body=body)

    def patch(self, path: str, body: Mapping[str, Tree]) -> Tree:
        """Change something."""
        return self._tree("PATCH", self._url(path), body=body)

    def delete(self, path: str) -> None:
        """Remove something; what is gone already is no error."""
        try:
            self._send("DELETE", self._url(path))
        except GitHubError as error:
            if error.status != 404:
                raise

    def query(self, words: str) -> Tree:
        """The answer to a GraphQL query that only reads."""
        return self._tree("POST", self.access.graphql, body={"query": words})

    def download(self, path: str, *, limit: int) -> bytes:
        """A file of at most `limit` bytes; where GitHub sends us elsewhere, without the token."""
        answer = self._send("GET", self._url(path), limit=limit, may_redirect=True)
        if answer.status not in _REDIRECTS:
            return answer.body
        url = urljoin(self._url(path), answer.location)
        if urlsplit(url).scheme != urlsplit(self.access.api).scheme:
            raise GitHubError(f"{path}: GitHub sends us to {url[:100]!r}, which is not safe")
        return self._send("GET", url, limit=limit, with_token=False).body

    def _url(self, path: str) -> str:
        return f"{self.access.api}{path}"

    def _refuse_elsewhere(self, url: str) -> None:
        """The next page, too, gets the token."""
        here, there = urlsplit(self.access.api), urlsplit(url)
        if (here.scheme, here.netloc) != (there.scheme, there.netloc):
            raise GitHubError(f"GitHub's next page is at another host: {there.netloc[:100]!r}")

    def _tree(
        self,
        method: str,
        url: str,
        *,
        query: Mapping[str, str | int] | None = None,
        body: Mapping[str, Tree] | None = None,
    ) -> Tree:
        return parse(self._send(method, url, query=query, body=body).body, _named(method, url))

    def _send(
        self,
        method: str,
        url: str,
        *,
        query: Mapping[str, str | int] | None = None,
        body: Mapping[str, Tree] | None = None,
        limit: int = _JSON_BYTES,
        with_token: bool = True,
        may_redirect: bool = False,
    ) -> _Answer:
        """One request; an answer that breaks off is asked for again unless it was a POST."""

        def once() -> _Answer:
            if self._spent > self._bounds.all:
                raise GitHubError(f"{self.access.api} took too long: nothing more is asked of it")
            began = time.monotonic()
            try:
                return self._once(method, url, query, body, limit, with_token)
            finally:
                self._spent += time.monotonic() - began

        answer = _again(once, 1 if method == "POST" else _TRIES)
        if answer.status in _GOOD or (may_redirect and answer.status in _REDIRECTS):
            return answer
        raise self._refused(method, url, answer)

    def _once(
        self,
        method: str,
        url: str,
        query: Mapping[str, str | int] | None,
        body: Mapping[str, Tree] | None,
        limit: int,
        with_token: bool,  # noqa: FBT001  # of one caller
    ) -> _Answer:
        import requests
        from requests.utils import get_environ_proxies

        token = self.access.token if with_token else ""
        try:
            with self._session.request(
                method,
                url,
                params=dict(query or {}),
                json=body,
                headers=_headers(token, ours=with_token),
                timeout=(self._bounds.connect, self._bounds.read),
                proxies=get_environ_proxies(url),
                allow_redirects=False,
                stream=True,
            ) as response:
                # From here on: the pauses between tries are not the answer's.
                deadline = time.monotonic() + self._bounds.whole
                content = _content(response, limit, deadline, _named(method, url))
                link = response.links.get("next", {}).get("url", "")
                location = response.headers.get("Location", "")
                return _Answer(response.status_code, content, location, link)
        except requests.RequestException as error:
            why = self.access.hide(_why(error))
            raise GitHubError(
                f"{_named(method, url)}: no answer: {why}"[:600],
                hint="is the network up, and is GITHUB_API_URL right?",
            ) from None

    def _refused(self, method: str, url: str, answer: _Answer) -> GitHubError:
        try:
            said = text(parse(answer.body, ""), "message")
        except GitHubError:
            said = ""
        words = f": {said}" if said else ""
        message = f"{_named(method, url)}: GitHub answered {answer.status}{words}"
        return GitHubError(self.access.hide(message)[:600], status=answer.status)


def _again(once: Callable[[], _Answer], tries: int) -> _Answer:
    while True:
        tries -= 1
        try:
            return once()
        except _BrokenOffError:
            if not tries:
                raise


def _content(response: requests.Response, limit: int, deadline: float, what: str) -> bytes:
    """The body, at most `limit` bytes of it until `deadline`."""
    from urllib3.exceptions import HTTPError

    found = bytearray()
    try:
        # What has come so far, so that a byte a second is noticed; `read` waits for all.
        while chunk := response.raw.read1(_CHUNK, decode_content=True):
            found += chunk
            if len(found) > limit:
                raise GitHubError(f"{what}: the answer is larger than {limit} bytes", status=413)
            if time.monotonic() > deadline:
                raise GitHubError(f"{what}: the answer does not end")
    except HTTPError:
        raise _BrokenOffError(f"{what}: the answer broke off", hint="try it again") from None
    return bytes(found)


def _session(patience: Patience | None) -> requests.Session:
    """No `.netrc`; certificates as the environment says."""
    import requests
    from requests.adapters import HTTPAdapter

    from gate.github.patience import patience as usual

    session = requests.Session()
    session.trust_env = False
    authorities = os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("SSL_CERT_FILE")
    if authorities:
        session.verify = authorities
    adapter = HTTPAdapter(max_retries=patience or usual())
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    return session


def _headers(token: str, *, ours: bool) -> dict[str, str]:
    headers = {"User-Agent": f"perfgate/{__version__}"}
    if ours:
        headers["Accept"] = "application/vnd.github+json"
        headers["X-GitHub-Api-Version"] = "2022-11-28"
    if token:
        headers["Authorization"] = f"Bearer {token}"
    return headers


def _named(method: str, url: str) -> str:
    """A request for messages: without what comes after `?`, which may open a file."""
    return f"{method} {url.partition('?')[0]}"


def _why(error: Exception) -> str:
    """The innermost reason: requests wraps urllib3, which wraps the system's."""
    reason: object = error
    for _ in range(5):
        inner = getattr(reason, "reason", None) or next(
            (arg for arg in getattr(reason, "args", ()) if isinstance(arg, Exception)), None
        )
        if inner is None:
            break
        reason = inner
    return str(reason).partition("?")[0] or type(reason).__name__
