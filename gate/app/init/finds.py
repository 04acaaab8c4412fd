"""What `gate init` can find in a repository. `source` says of each where it was seen."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Load:
    """A k6 script. `base` is the variable that holds the address of what it loads.

    `bare` says that the script puts `http://` before it, `hosts` are those that it names itself,
    `variables` the others that it reads. `ours` is a script that init writes itself.
    """

    script: str
    base: str = ""
    bare: bool = False
    hosts: tuple[str, ...] = ()
    variables: tuple[str, ...] = ()
    thresholds: bool = False
    ours: bool = False


@dataclass(frozen=True, slots=True)
class Web:
    """Pages by name and path."""

    pages: tuple[tuple[str, str], ...]
    source: str


@dataclass(frozen=True, slots=True)
class Bundle:
    """Parts of what a build writes, by name and globs; `built` says that they are there now."""

    parts: tuple[tuple[str, tuple[str, ...]], ...]
    source: str
    built: bool


@dataclass(frozen=True, slots=True)
class Build:
    """Commands that build the tree, in a folder of it."""

    cwd: str
    commands: tuple[tuple[str, ...], ...]
    source: str


@dataclass(frozen=True, slots=True)
class Benches:
    """Benchmarks for pytest, and the Python that has what they import ("": found by the gate).

    `count` is how many there are at the least: parameters are not counted.
    """

    paths: tuple[str, ...]
    python: str
    source: str
    count: int = 0


@dataclass(frozen=True, slots=True)
class Server:
    """How the service is started on a free port, which stands as `{port}`, and asked.

    `builds` says that it serves files, mostly what a build wrote, and nothing that is worth a load;
    `package` is the package.json that says how what it runs or serves is built.
    """

    command: tuple[str, ...]
    source: str
    cwd: str = "."
    ready: str = "/"
    ready_source: str = "nothing better was found: the home page"
    env: tuple[tuple[str, str], ...] = ()
    builds: bool = False
    package: str = ""


@dataclass(frozen=True, slots=True)
class Database:
    """PostgreSQL, and the variable that holds its address."""

    variable: str
    source: str


@dataclass(frozen=True, slots=True)
class Found:
    """All of it. `notes` are sentences on what was seen and not used."""

    loads: tuple[Load, ...] = ()
    web: Web | None = None
    bundle: Bundle | None = None
    build: Build | None = None
    benches: Benches | None = None
    server: Server | None = None
    database: Database | None = None
    notes: tuple[str, ...] = field(default=())

    @property
    def nothing(self) -> bool:
        """Whether there is nothing that could be measured."""
        return not (self.loads or self.web or self.bundle or self.benches)
