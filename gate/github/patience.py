"""When a request is tried again: what may be repeated, a few times, for a bounded time.

A POST is never: whoever asks looks first whether it was done. 403 is GitHub's word for "no" and
for "not now"; only the second says when (`Retry-After`, or `X-RateLimit-Remaining: 0`).
Sources: docs.github.com, "Rate limits for the REST API"; urllib3 2, `util/retry.py`.
"""

from __future__ import annotations

import time
from types import TracebackType
from typing import ClassVar, Self

from urllib3 import BaseHTTPResponse
from urllib3.connectionpool import ConnectionPool
from urllib3.exceptions import InvalidHeader, MaxRetryError, ResponseError
from urllib3.util import Retry

_NOT_NOW = frozenset({429, 500, 502, 503, 504})
_FORBIDDEN = 403
REPEATABLE = frozenset({"GET", "HEAD", "PUT", "PATCH", "DELETE"})


class Patience(Retry):
    """urllib3's `Retry` with GitHub's meaning of 403, and no wait beyond `longest` seconds."""

    longest: ClassVar[float] = 30.0

    def is_retry(
        self,
        method: str,
        status_code: int,
        has_retry_after: bool = False,  # noqa: FBT001, FBT002  # urllib3's signature
    ) -> bool:
        """As urllib3; a 403 is looked at in `increment`, where its headers are known."""
        if method.upper() in REPEATABLE and status_code == _FORBIDDEN:
            return True
        return super().is_retry(method, status_code, has_retry_after)

    def increment(
        self,
        method: str | None = None,
        url: str | None = None,
        response: BaseHTTPResponse | None = None,
        error: Exception | None = None,
        _pool: ConnectionPool | None = None,
        _stacktrace: TracebackType | None = None,
    ) -> Self:
        """Count a try; the answer stands where it says no, or "not now" for too long."""
        if error is not None and (method or "").upper() not in REPEATABLE:
            raise error
        if response is not None and not self._worth(response):
            reason = ResponseError(f"status {response.status}")
            raise MaxRetryError(_pool, url, reason)  # type: ignore[arg-type]  # as urllib3 does
        return super().increment(method, url, response, error, _pool, _stacktrace)

    def get_retry_after(self, response: BaseHTTPResponse) -> float | None:
        """Seconds that the answer asks us to wait, None where it does not say."""
        try:
            told = super().get_retry_after(response)
        except InvalidHeader:
            return None
        if told is None and _used_up(response):
            reset = response.headers.get("X-RateLimit-Reset", "")
            return max(0.0, int(reset) - time.time()) + 1.0 if reset.isdecimal() else None
        return told

    def _worth(self, response: BaseHTTPResponse) -> bool:
        wait = self.get_retry_after(response)
        if response.status == _FORBIDDEN and wait is None and not _used_up(response):
            return False
        return wait is None or wait <= self.longest


def _used_up(response: BaseHTTPResponse) -> bool:
    return response.headers.get("X-RateLimit-Remaining", "") == "0"


def patience(*, tries: int = 3, factor: float = 0.5) -> Patience:
    """Up to `tries` repeats with growing pauses; after them the last answer counts."""
    return Patience(
        total=tries,
        allowed_methods=REPEATABLE,
        status_forcelist=_NOT_NOW,
        backoff_factor=factor,
        backoff_max=8.0,
        backoff_jitter=0.2,
        raise_on_status=False,
        redirect=False,
    )
