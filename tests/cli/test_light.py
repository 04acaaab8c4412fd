"""Nothing heavy loads at start."""

import subprocess
import sys

import pytest

HEAVY = {
    "brotli",
    "jinja2",
    "numpy",
    "psutil",
    "psycopg",
    "pydantic",
    "requests",
    "rich",
    "scipy",
    "yaml",
}


def loaded(*argv: str) -> set[str]:
    """The top-level modules that a command loads in a fresh interpreter."""
    code = (
        "import sys\nfrom gate.cli.main import main\n"
        f"main({list(argv)!r})\nprint('\\n'.join(sys.modules), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return {name.partition(".")[0] for name in done.stderr.split()}


@pytest.mark.parametrize("argv", [("--version",), ("--help",)])
def test_start_loads_nothing_heavy(argv: tuple[str, ...]) -> None:
    assert loaded(*argv) & HEAVY == set()


def test_the_version_is_looked_up_by_who_asks_for_it() -> None:
    code = "import sys, gate.cli.main; print('importlib.metadata' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_start_loads_no_runner_and_no_spec() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "import sys, gate.cli.main; print('\\n'.join(sys.modules))"],
        capture_output=True,
        text=True,
        check=True,
    )
    ours = {name for name in done.stdout.split() if name.startswith("gate.")}
    assert not {name for name in ours if name.split(".")[1] in {"runners", "spec", "app", "stores"}}
