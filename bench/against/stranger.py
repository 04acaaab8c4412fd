"""A repository that nobody here wrote: brought by name, version and hash, unpacked, committed.

Nothing of it is kept in ours. Its licence (BSD 3-Clause for pint) lets anybody fetch and run it.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bench.against.check import git

HERE = Path(__file__).resolve().parent
IGNORED = ".gate/\n__pycache__/\n.benchmarks/\n"


@dataclass(frozen=True)
class Stranger:
    """A source distribution with a pytest-benchmark suite, and the part of it that is measured.

    `apart` are folders whose functions are no code under test.
    """

    name: str
    version: str
    sha256: str
    tests: tuple[str, ...]
    apart: tuple[str, ...]


_EVAL = "pint/testsuite/benchmarks/test_01_eval.py::test_pint_eval"
_REGISTRY = "pint/testsuite/benchmarks/test_10_registry.py::test_"
_QUANTITY = "pint/testsuite/benchmarks/test_20_quantity.py::test_"
PINT = Stranger(
    name="pint",
    version="0.25.3",
    sha256="f8f5df6cf65314d74da1ade1bf96f8e3e4d0c41b51577ac53c49e7d44ca5acee",
    # One of each kind; more of them differ in nothing but a number or a name.
    tests=(
        f"{_EVAL}[10 metros * (5 segundos)-plain_tokenizer]",
        f"{_EVAL}[10 metros * (5 segundos)-uncertainty_tokenizer]",
        f"{_REGISTRY}build_cache",
        f"{_REGISTRY}getitem[True-kilometer]",
        f"{_REGISTRY}parse_unit_name[True-kilometer]",
        f"{_REGISTRY}parse_units[True-ms]",
        f"{_REGISTRY}parse_expression[True-kilometer]",
        f"{_REGISTRY}base_units[True-angstrom/minute]",
        f"{_REGISTRY}convert_from_uc[True-key1]",
        f"{_REGISTRY}parse_math_expression",
        f"{_REGISTRY}load_definitions_stage_1[None]",
        f"{_QUANTITY}op2[add-keys3]",
        f"{_QUANTITY}op2[mul-keys3]",
        f"{_QUANTITY}op2[eq-keys3]",
        f"{_QUANTITY}wrapper_ret[int_kilometer]",
    ),
    apart=("pint/testsuite/",),
)


@dataclass(frozen=True)
class Project:
    """A repository on this machine with a suite, the Python that runs it, and its environment.

    `keys` are further lines of its budget.
    """

    root: Path
    python: Path
    tests: tuple[str, ...]
    apart: tuple[str, ...]
    env: Mapping[str, str] = field(repr=False)
    keys: str = "max_time: 100 ms\n"

    def budget(self, repeat: str = "") -> str:
        """`budgets/bench.yml`: every benchmark at most five per cent worse."""
        return (
            f"runner: pytest-benchmark\npaths: {json.dumps(self.tests)}\n"
            f"python: {json.dumps(str(self.python))}\n{self.keys}{repeat}"
            "objectives:\n  - sli: time\n    each: test\n    tolerance: 5%\n"
        )


def bring(stranger: Stranger, folder: Path, env: Mapping[str, str]) -> Project:
    """The stranger's repository below a folder, as it was published, with our budget committed."""
    archive = _fetched(stranger, folder)
    root = folder / "repo"
    shutil.rmtree(root, ignore_errors=True)
    with tarfile.open(archive) as tar:
        tar.extractall(folder / "unpacked", filter="data")
    (folder / "unpacked" / f"{stranger.name}-{stranger.version}").rename(root)
    return committed(Project(root, _environment(folder), stranger.tests, stranger.apart, env))


def committed(project: Project) -> Project:
    """Make a repository of a folder of sources, with a budget of ours in its one commit."""
    root = project.root
    (root / "budgets").mkdir()
    (root / "budgets" / "bench.yml").write_text(project.budget(), encoding="utf-8")
    (root / ".gitignore").write_text(IGNORED, encoding="utf-8")
    for words in (["init", "-q", "-b", "main"], ["add", "-A"], ["commit", "-q", "-m", "base"]):
        git(root, *words, env=project.env)
    return project


def _fetched(stranger: Stranger, folder: Path) -> Path:
    """The archive, by the hash that is written here."""
    folder.mkdir(parents=True, exist_ok=True)
    archive = folder / f"{stranger.name}-{stranger.version}.tar.gz"
    if not archive.exists():
        wanted = folder / "stranger.txt"
        line = f"{stranger.name}=={stranger.version} --hash=sha256:{stranger.sha256}\n"
        wanted.write_text(line, encoding="utf-8")
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"]
        only = ["--no-deps", "--no-binary", stranger.name, "--require-hashes"]
        subprocess.run([*pip, *only, "-r", str(wanted), "-d", str(folder)], check=True)
    found = hashlib.sha256(archive.read_bytes()).hexdigest()
    assert found == stranger.sha256, f"{archive} is not {stranger.name} {stranger.version}: {found}"
    return archive


def _environment(folder: Path) -> Path:
    """A Python with what the suite needs, by strangers.txt; kept while that is the same."""
    locked = HERE / "strangers.txt"
    home = folder / f"venv-{hashlib.sha256(locked.read_bytes()).hexdigest()[:12]}"
    python = home / "bin" / "python"
    if not (home / "whole").exists():
        shutil.rmtree(home, ignore_errors=True)
        subprocess.run([sys.executable, "-m", "venv", home], check=True)
        pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, "--require-hashes", "-r", str(locked)], check=True)
        (home / "whole").touch()
    return python
