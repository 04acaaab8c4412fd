"""An environment of one size for both trees: how long it is moves the stack that lies below it."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence

PAD = "PERFGATE_PAD"
STEP = 16 * 1024


def padded(env: Mapping[str, str], argv: Sequence[str]) -> dict[str, str]:
    """The environment with a variable that makes it and the arguments a multiple of 16 KiB.

    Sizes are bytes as execve(2) copies them: each text with its end. Two paths that are not equally
    long, or a port of four digits and one of five, then put the stack at the same address.
    """
    rest = {name: value for name, value in env.items() if name != PAD}
    held = sum(len(os.fsencode(f"{name}={value}")) + 1 for name, value in rest.items())
    held += sum(len(os.fsencode(word)) + 1 for word in argv)
    held += len(PAD) + 2
    return {**rest, PAD: "-" * (-held % STEP)}
