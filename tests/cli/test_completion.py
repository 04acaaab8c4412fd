"""Completion in a real bash, and what the other shells are answered."""

from __future__ import annotations

import json
import os
import pty
import select
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

GATE = Path(sys.executable).with_name("gate")
OUTCOME = {
    "rows": [
        {"objective": {"id": "web/median(lcp{page:home})"}, "status": "pass"},
        {"objective": {"id": 'api/p95(http_req_duration{name:"it\'s"})'}, "status": "fail"},
        {"objective": {"id": "api/rate(http_reqs)\n"}, "status": "pass"},
    ]
}
BASH = """\
source <(gate completion bash)
COMP_WORDS=("$@")
COMP_CWORD=$(( $# - 1 ))
$(complete -p "$1" | sed 's/.*-F \\([^ ]*\\).*/\\1/') "$1"
printf '%s\\n' "${COMPREPLY[@]}"
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for name in ("api.yml", "web.yaml", "policy.yml", "notes.txt"):
        (tmp_path / "budgets").mkdir(exist_ok=True)
        (tmp_path / "budgets" / name).write_text("profiles: {short: {}}\n")
    (tmp_path / ".gate").mkdir()
    (tmp_path / ".gate/outcome.json").write_text(json.dumps(OUTCOME))
    (tmp_path / "below").mkdir()
    return tmp_path


def env(**more: str) -> dict[str, str]:
    return {**os.environ, "PATH": f"{GATE.parent}:{os.environ['PATH']}", **more}


def completed(folder: Path, *words: str) -> list[str]:
    """What bash would offer for the last of these words."""
    done = subprocess.run(
        ["bash", "--norc", "-c", BASH, "bash", *words],
        cwd=folder,
        env=env(),
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == ""
    return done.stdout.split("\n")[:-1]


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        (("gate", "val"), ["validate"]),
        (("perfgate", "val"), ["validate"]),
        (("gate", "--ver"), ["--version"]),
        (("gate", "check", "--bud"), ["--budgets"]),
        (("gate", "completion", ""), ["bash", "zsh", "fish"]),
        (("gate", "hook", "un"), ["uninstall"]),
        (("gate", "check", "--only", ""), ["api", "web"]),
        (("gate", "check", "--only", "api,w"), ["api,web"]),
        (("gate", "check", "--profile", ""), ["nightly", "pr", "release", "short"]),
        (("gate", "check", "--report", "jso"), ["json="]),
        (("gate", "report", "--report", "junit"), ["junit="]),
        (("gate", "explain", "web/"), ["'web/median(lcp{page:home})'"]),
        (("gate", "explain", "'web/"), ["'web/median(lcp{page:home})'"]),
        (("gate", "explain", "api/"), ["""'api/p95(http_req_duration{name:"it'"'"'s"})'"""]),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
@pytest.mark.parametrize("folder", [".", "below"])
def test_bash_offers(
    project: Path, folder: str, words: tuple[str, ...], offered: list[str]
) -> None:
    found = completed(project / folder, *words)
    assert (found[:2] if "--bud" in words else found)[: len(offered)] == offered
    assert len(found) == len(offered) or "--bud" in words


def test_broken_files_offer_nothing(project: Path) -> None:
    (project / "budgets/policy.yml").write_text("profiles: [\n")
    (project / ".gate/outcome.json").write_text("[" * 100_000)
    assert completed(project, "gate", "check", "--profile", "s") == [""]
    assert completed(project, "gate", "explain", "") == [""]


def test_a_tab_in_an_interactive_bash_completes_the_line(project: Path) -> None:
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(project)
        os.execvpe("bash", ["bash", "--norc", "--noprofile", "-i"], env(PS1="> ", TERM="dumb"))  # noqa: S606  # the child of the terminal
    try:
        os.write(terminal, b"source <(gate completion bash); echo rea''dy\n")
        assert "ready" in heard(terminal, "ready")
        os.write(terminal, b"gate expl\tweb\t")
        line = heard(terminal, "home})' ").rpartition("gate ")[2]
        # bash goes back over what was typed and writes it anew.
        assert line.replace("web\b\b\b", "") == "explain 'web/median(lcp{page:home})' "
    finally:
        os.kill(pid, 9)
        os.waitpid(pid, 0)
        os.close(terminal)


def heard(terminal: int, until: str) -> str:
    """What the terminal shows until it shows this."""
    said, deadline = "", time.monotonic() + 60
    while until not in said and time.monotonic() < deadline:
        if select.select([terminal], [], [], 0.2)[0]:
            said += os.read(terminal, 4096).decode(errors="replace")
    return said


@pytest.mark.parametrize(
    ("shell", "asked", "offered"),
    [
        ("zsh", {"COMP_WORDS": "gate va", "COMP_CWORD": "1"}, "plain\nvalidate\ncheck the budgets"),
        ("fish", {"COMP_WORDS": "gate va", "COMP_CWORD": "va"}, "plain\nvalidate\ncheck the"),
    ],
    ids=["zsh", "fish"],
)
def test_other_shells_are_answered_in_their_form(
    project: Path, shell: str, asked: dict[str, str], offered: str
) -> None:
    done = subprocess.run(
        [GATE],
        cwd=project,
        env=env(_GATE_COMPLETE=f"{shell}_complete", **asked),
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.replace("plain,", "plain\n").replace("\t", "\n").startswith(offered)


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_of_a_shell_is_one_that_it_can_read(shell: str) -> None:
    script = subprocess.run(
        [GATE, "completion", shell], env=env(), capture_output=True, text=True, check=True
    ).stdout
    assert script.count("perfgate") == 1
    program = shutil.which(shell)
    if program is not None:  # zsh and fish are not everywhere; bash is
        subprocess.run([program, "-n"], input=script, text=True, check=True)
    assert program or shell != "bash"


@pytest.mark.parametrize("wish", ["bash_nothing", "sh_complete", ""])
def test_a_wish_that_nobody_knows_is_answered_with_nothing(wish: str) -> None:
    done = subprocess.run(
        [GATE], env=env(_GATE_COMPLETE=wish), capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (1, "", "")


def test_the_names_of_commands_load_nothing_heavy() -> None:
    code = (
        "import os, sys\nos.environ |= {'_GATE_COMPLETE': 'bash_complete', "
        "'COMP_WORDS': 'gate ch', 'COMP_CWORD': '1'}\n"
        "from gate.cli.main import main\nmain([])\nprint(*sys.modules, file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "plain,check" in done.stdout
    loaded = {name.partition(".")[0] for name in done.stderr.split()}
    assert not loaded & {"yaml", "pydantic", "requests", "rich", "jinja2", "psutil", "brotli"}
    assert not {name for name in done.stderr.split() if name.startswith("gate.app")}


def test_the_schemas_are_written_beside_the_budgets(tmp_path: Path) -> None:
    subprocess.run([GATE, "schema", "--all", "x"], cwd=tmp_path, check=True, capture_output=True)
    names = {"budget", "services", "policy", "waivers", "accepted", "retired"}
    assert {file.name for file in (tmp_path / "x").iterdir()} == {f"{n}.schema.json" for n in names}
    alone = subprocess.run([GATE, "schema", "policy"], check=True, capture_output=True).stdout
    assert (tmp_path / "x/policy.schema.json").read_bytes() == alone
