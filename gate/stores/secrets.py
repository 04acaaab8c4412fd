"""Addresses of stores: variables filled in when a store is opened, secrets in no message.

The policy is recorded in every run, so what is secret stands in it as `${NAME}` only.
"""

from __future__ import annotations

import os
import re

from gate.errors import StoreError

_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}", re.ASCII)
_IN_ADDRESS = re.compile(r"(?<=://)[^/\s@]+(?=@)")
_PASSWORD = re.compile(
    r"://[^/\s@:]*:(?!\$\{[A-Za-z_][A-Za-z0-9_]*\}@)[^/\s@]+@"
    # Over http nobody logs in with a name alone: that is a token.
    r"|https?://(?!\$\{[A-Za-z_][A-Za-z0-9_]*\}@)[^/\s@:]+@"
    r"|[?&](?:password|token|sig|secret)=(?!\$\{)"
)
_QUERY = re.compile(r"(?<=\S)\?\S+")


class UnsetError(StoreError):
    """A variable of the address is not set."""


def has_variables(address: str) -> bool:
    """Whether something of this machine's environment would be filled in."""
    return _VARIABLE.search(address) is not None


def filled(address: str) -> str:
    """The address with `${NAME}` from the environment.

    Raises `StoreError` where a password stands in it as it is, `UnsetError` for a variable.
    """
    if _PASSWORD.search(address):
        raise StoreError(
            f"the store {without_secrets(address)} holds a password, and every run records it",
            hint="write it as a variable: `${BASELINES_PASSWORD}`, or the whole as `${BASELINES}`",
        )

    def value(found: re.Match[str]) -> str:
        name = found[1]
        if not os.environ.get(name):
            raise UnsetError(
                f"the store's address needs the variable {name}, which is not set",
                hint=f"set {name} where the gate runs; in CI it is a secret of the job",
            )
        return os.environ[name]

    return _VARIABLE.sub(value, address)


def without_secrets(text: str) -> str:
    """A text that may hold an address, with who logs in, and what comes after `?`, left out."""
    return _QUERY.sub("?…", _IN_ADDRESS.sub("…", text))
