"""A token for GitHub's API: whether it is taken, what it may do, and what time it is there.

One request, to `/rate_limit`, which costs nothing and needs no right. Facts: `X-OAuth-Scopes` is
answered for classic tokens only (docs.github.com, "Scopes for OAuth apps"); `Date` by every server.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from requests import PreparedRequest

VARIABLES = ("PERFGATE_GITHUB_TOKEN", "GITHUB_TOKEN", "GH_TOKEN")
_API = "https://api.github.com"
_SECONDS = 5.0
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}


@dataclass(frozen=True, slots=True)
class Told:
    """What the API said of a token: `variable` holds it, "" where none is set.

    `why` says why nothing is known, `scopes` is None where the kind of token has none, `date` is
    the server's time in seconds since 1970, None where it did not say.
    """

    variable: str = ""
    why: str = ""
    status: int = 0
    scopes: tuple[str, ...] | None = None
    date: float | None = None


def ask_token(env: Mapping[str, str]) -> Told:
    """Ask the API about the token in the environment; nothing is sent where none is set.

    Never raises for the network; bounded to a few seconds; the token goes to `GITHUB_API_URL` only,
    over TLS or to this machine.
    """
    variable = next((name for name in VARIABLES if env.get(name)), "")
    if not variable:
        return Told()
    import requests  # costs more to load than most commands take

    token, api = env[variable], env.get("GITHUB_API_URL", "").rstrip("/") or _API
    try:
        parts = urlsplit(api)
    except ValueError:
        return Told(variable, f"not sent: {api} is not an address")
    if parts.scheme != "https" and parts.hostname not in _LOOPBACK:
        return Told(variable, f"not sent: {api} is not https")
    if not token.isascii() or not token.isprintable():
        return Told(variable, "not sent: it has characters that no token has")

    def bearer(request: PreparedRequest) -> PreparedRequest:
        request.headers["Authorization"] = f"Bearer {token}"  # so that no .netrc takes its place
        return request

    try:
        with requests.get(
            f"{api}/rate_limit",
            auth=bearer,
            timeout=(_SECONDS, _SECONDS),
            allow_redirects=False,
            stream=True,
        ) as answer:
            said = answer.headers.get("X-OAuth-Scopes")
            scopes = None if said is None else tuple(filter(None, map(str.strip, said.split(","))))
            date = _seconds(answer.headers.get("Date", ""))
            return Told(variable, "", answer.status_code, scopes, date)
    except requests.RequestException as error:
        return Told(variable, f"{api} does not answer ({type(error).__name__})")


def _seconds(text: str) -> float | None:
    try:
        return parsedate_to_datetime(text).timestamp()
    except (TypeError, ValueError):
        return None
