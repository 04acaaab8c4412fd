"""The rules of a sign-off, which no profile can loosen."""

from __future__ import annotations

from dataclasses import replace

from gate.core.model import Policy, Promises
from gate.spec import Spec

PROFILE = "release"
"""The profile that a sign-off takes where nobody names another; limits may differ in it."""


def strict(spec: Spec) -> Spec:
    """The budgets as a sign-off asks for them: all of them, and nothing left undecided."""
    return replace(spec, only=(), promises=strictly(spec.promises))


def strictly(promises: Promises) -> Promises:
    """The promises under a policy that lets nothing undecided, skipped or missing through."""
    return replace(promises, policy=_strict(promises.policy))


def is_strict(policy: Policy) -> bool:
    """Whether a record was judged by the rules of a sign-off."""
    return policy == _strict(policy)


def _strict(policy: Policy) -> Policy:
    return replace(policy, signoff=True, undecided="fail", bootstrap_until="")
