"""The keys of a pytest-benchmark budget."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints

from gate.core.units import Dimension, UnitError, expect
from gate.seams.runner import Options

# Arguments that would make a run measure nothing, or something else, or that the runner sets.
_REFUSED = frozenset(
    """
    --benchmark-autosave --benchmark-cprofile --benchmark-csv --benchmark-disable
    --benchmark-disable-gc --benchmark-enable --benchmark-histogram --benchmark-json
    --benchmark-max-time --benchmark-min-rounds --benchmark-only --benchmark-skip
    --benchmark-storage --benchmark-warmup --co --collect-only --cov --dist --failed-first --ff
    --fixtures --fixtures-per-test --help --last-failed --lf --looponfail --markers --maxprocesses
    --new-first --nf --numprocesses --pdb --perfgate-report --px --rootdir --setup-only
    --setup-plan --stepwise --stepwise-skip --sw --sw-skip --trace --tx --version
    """.split()  # noqa: SIM905  # forty names read better so than one a line
)
_REFUSED_FAMILIES = (
    "--benchmark-compare",
    "--benchmark-cprofile",
    "--benchmark-save",
    "--codspeed",
    "--cov-",
)
_WITH_VALUE = frozenset("kmpWco")
_ALONE = frozenset("qsvx")
_BLOCKED = (
    "no:benchmark",
    "no:pytest_benchmark",
    "no:perfgate_reporter",
    "no:perfgate_witness",
    "codspeed",
)
_RESERVED = frozenset({"PYTEST_ADDOPTS", "PYTHONHASHSEED"})


def _inside(path: str) -> str:
    file = path.partition("::")[0]
    if not file.strip() or file.startswith(("/", "-")) or ".." in file.split("/"):
        msg = f"expected a path below the repository root, got {path!r}"
        raise ValueError(msg)
    return path


def _harmless(args: tuple[str, ...]) -> tuple[str, ...]:
    """Refuse what would break measuring; the value after `-k` and the like is anything."""
    value = False
    for arg in args:
        if value:
            value = _check_value(arg)
        elif arg.startswith("--"):
            _check_long(arg)
        elif arg.startswith("-"):
            value = _check_short(arg)
        else:
            msg = f"{arg!r} belongs under `paths:`, or to an option before it as --option=value"
            raise ValueError(msg)
    if value:
        msg = f"{args[-1]!r} needs a value after it"
        raise ValueError(msg)
    return args


def _check_value(value: str) -> bool:
    if value in _BLOCKED or value.replace(" ", "").startswith("addopts="):
        msg = f"{value!r} would break measuring"
        raise ValueError(msg)
    return False


def _check_long(arg: str) -> None:
    if arg.partition("=")[0] in _REFUSED or arg.startswith(_REFUSED_FAMILIES):
        msg = f"{arg!r} would break measuring, or is set by the gate"
        raise ValueError(msg)


def _check_short(arg: str) -> bool:
    """Whether the next argument is the value of this one."""
    letter, rest = arg[1:2], arg[2:]
    if letter in _WITH_VALUE:
        _check_value(rest.removeprefix("="))
        return not rest
    if not letter or not set(arg[1:]) <= _ALONE:
        known = " ".join(f"-{each}" for each in sorted(_WITH_VALUE | _ALONE))
        msg = f"{arg!r} would break measuring; of the short options these may stand: {known}"
        raise ValueError(msg)
    return False


def _seconds(text: str) -> str:
    try:
        value = expect(text, Dimension.TIME)
    except UnitError as error:
        raise ValueError(str(error)) from None
    if not 0 < value <= 3600:
        msg = f"expected more than 0 s and at most 1 h, got {text!r}"
        raise ValueError(msg)
    return text


def _free(env: dict[str, str]) -> dict[str, str]:
    taken = sorted(_RESERVED & env.keys())
    if taken:
        msg = f"{', '.join(taken)}: the gate sets it itself; pytest arguments belong under `args:`"
        raise ValueError(msg)
    return env


Text = Annotated[str, StringConstraints(min_length=1, max_length=4096)]
Path = Annotated[Text, AfterValidator(_inside)]


class PytestBenchmarkOptions(Options):
    """Which benchmarks run, in which Python, for how long.

    `paths`: files, folders or `file::test`, relative to the repository root. `python`: a path or a
    program; by default the first Python outside the gate's own environment that has pytest and
    pytest-benchmark. `rounds` at least, for `max_time`, after a warm-up. `args`: for pytest.
    """

    paths: Annotated[tuple[Path, ...], Field(strict=False)] = Field(
        min_length=1, description="Files, folders or `file::test` that pytest collects."
    )
    python: str = Field(
        default="",
        description="The Python that has pytest-benchmark: a path, or a program on PATH; "
        "else the first one outside the gate's own environment.",
    )
    args: Annotated[tuple[Text, ...], Field(strict=False), AfterValidator(_harmless)] = Field(
        default=(), description="Arguments for pytest, such as `[-k, sort]`."
    )
    rounds: int = Field(
        default=5, ge=1, le=100_000, description="At least so many rounds in a process."
    )
    max_time: Annotated[Text, AfterValidator(_seconds)] = Field(
        default="1 s", description="How long a benchmark is repeated in a process."
    )
    warmup: bool = Field(default=True, description="Whether rounds are thrown away before.")
    env: Annotated[dict[str, str], AfterValidator(_free)] = Field(
        default_factory=dict, description="Variables for the benchmarks."
    )
    counted_rounds: int = Field(
        default=10,
        ge=1,
        le=10_000,
        description="N: instructions are those of 2N rounds less those of N; `rss` is of N rounds.",
    )
    counter: Literal["auto", "valgrind"] = Field(
        default="auto",
        description="What counts instructions; `perf` counts whole commands only.",
    )

    @property
    def max_seconds(self) -> float:
        """`max_time` in seconds."""
        return expect(self.max_time, Dimension.TIME)
