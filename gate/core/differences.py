"""What differs between two measurements or two environments, in words."""

from __future__ import annotations

from gate.core.run import Environment, Measurement


def shape_difference(past: Measurement, head: Measurement) -> str:
    """What differs in how both were measured, in words."""
    changed = shape_changes(past, head)
    return ", ".join(f"{name} differs" for name, _, _ in changed) or "the SLI differs"


def shape_changes(past: Measurement, head: Measurement) -> tuple[tuple[str, str, str], ...]:
    """What differs in how both were measured: its name, what it was and what it is."""
    before, now = dict(past.shape), dict(head.shape)
    names = sorted(name for name in before | now if before.get(name) != now.get(name))
    return tuple((n, before.get(n, "unknown"), now.get(n, "unknown")) for n in names)


def environment_difference(past: Environment, now: Environment) -> str:
    """What differs between two environments, in words."""
    parts = [f"{name}: {was} there, {is_} here" for name, was, is_ in past.changes_to(now)]
    return "; ".join(parts) or "other facts are compared"
