"""Every text of a run through one function: how secrets leave a record."""

from __future__ import annotations

from collections.abc import Callable

from gate.core.run import Run
from gate.record.canonical import Tree
from gate.record.codec import codec_of


def rewrite_run(run: Run, rewrite: Callable[[str], str]) -> Run:
    """The run with every text rewritten; numbers and samples stay as they are."""
    codec = codec_of(Run)
    return codec.decode(_rewritten(codec.encode(run), rewrite))


def _rewritten(tree: Tree, rewrite: Callable[[str], str]) -> Tree:
    if isinstance(tree, str):
        return rewrite(tree)
    if isinstance(tree, dict):
        return {name: _rewritten(part, rewrite) for name, part in tree.items()}
    if isinstance(tree, list) and not (tree and isinstance(tree[0], float)):
        return [_rewritten(part, rewrite) for part in tree]
    return tree
