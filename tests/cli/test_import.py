"""`gate import` from the command line: reports, files, exit codes, and what it never does."""

from __future__ import annotations

import io
import json
import shutil
from pathlib import Path

import pytest

from gate import __version__
from gate.cli.main import main
from tests.conftest import Golden

_DATA = Path(__file__).parent / "data" / "import"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with a configuration in each form."""
    shutil.copytree(_DATA, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def _run(capsys: pytest.CaptureFixture[str], *argv: str) -> tuple[int, str, str]:
    code = main(["import", *argv])
    seen = capsys.readouterr()
    return code, seen.out.replace(__version__, "VERSION"), seen.err


@pytest.mark.parametrize(
    ("name", "argv"),
    [
        ("lighthouserc", ("lighthouserc.json",)),
        ("budget-json", ("budget.json",)),
        ("size-limit", ("package.json",)),
        ("bundlewatch", ("bundlewatch.config.json",)),
        ("bundlesize", ("bundlesize.config.json",)),
        ("keptn", ("slo.yaml", "--script", "load/buy.js")),
        ("openslo", ("openslo.yaml", "--script", "load/buy.js")),
        ("github-action-benchmark", ("workflows/github-action-benchmark.yml",)),
        ("bencher", ("workflows/bencher.yml",)),
    ],
)
def test_an_import_is_as_committed(
    here: Path, golden: Golden, capsys: pytest.CaptureFixture[str], name: str, argv: tuple[str, ...]
) -> None:
    code, said, _ = _run(capsys, *argv, "--dry-run")
    assert code == 0
    golden(f"import-{name}.txt", said)
    assert not (here / "budgets").exists()


@pytest.mark.needs_k6
def test_the_options_of_a_script_are_those_that_k6_inspect_prints(
    here: Path, golden: Golden, capsys: pytest.CaptureFixture[str]
) -> None:
    code, said, _ = _run(
        capsys, "load/buy.js", "--run", "--env", "MOST_FAILED=0.02", "--dry-run", "--name", "buy"
    )
    assert code == 0
    golden("import-k6.txt", said)


@pytest.mark.needs_k6
def test_a_script_that_k6_refuses_says_why(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "bad.js").write_text("import http from 'k6/http'; throw new Error('no HOST');")
    code, _, said = _run(capsys, "bad.js", "--run")
    assert code == 2
    assert "k6 inspect cannot read the file" in said
    assert "no HOST" in said


@pytest.mark.needs_node
def test_a_configuration_that_is_a_program_is_what_it_exports(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, said, _ = _run(capsys, "lighthouserc.js", "--run")
    assert code == 0
    assert "web/si: limit 2000 ms" in said


@pytest.mark.needs_node
def test_a_program_that_fails_says_why_and_sees_no_secret(
    here: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DEPLOY_TOKEN", "hunter2")
    (here / ".size-limit.js").write_text("throw new Error(`token: ${process.env.DEPLOY_TOKEN}`)")
    code, _, said = _run(capsys, ".size-limit.js", "--run")
    assert code == 2
    assert "token: undefined" in said


@pytest.mark.parametrize(
    ("file", "variable"),
    [("load/buy.js", "PERFGATE_K6"), ("lighthouserc.js", "PERFGATE_NODE")],
)
def test_a_tool_that_is_not_here_is_named(
    here: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch,
    file: str, variable: str,
) -> None:  # fmt: skip
    monkeypatch.setenv(variable, str(here / "nowhere"))
    code, _, said = _run(capsys, file, "--run")
    assert code == 2
    assert "is needed to read" in said


def test_options_of_k6_as_json_need_no_k6(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "options.json").write_text('{"thresholds": {"http_req_failed": ["rate<0.01"]}}')
    code, said, _ = _run(capsys, "options.json", "--script", "load/buy.js")
    assert code == 0
    assert "-> api/rate(http_req_failed): limit 1 %" in said
    code, _, error = _run(capsys, "options.json", "--name", "other")
    assert (code, "--script PATH" in error) == (2, True)


def test_a_command_line_comes_through_stdin(
    here: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    line = (
        "bencher run --adapter python_pytest --err --threshold-measure latency "
        "--threshold-test percentage --threshold-upper-boundary 0.1 pytest load"
    )
    monkeypatch.setattr("sys.stdin", io.StringIO(line))
    code, said, _ = _run(capsys, "bencher", "-", "--path", "load")
    assert code == 0
    assert "-> bench/time: tolerance 10%" in said
    assert "paths: [load]" in (here / "budgets" / "bench.yml").read_text()


@pytest.mark.parametrize("file", ["load/buy.js", "lighthouserc.js"])
def test_no_program_runs_unasked(here: Path, capsys: pytest.CaptureFixture[str], file: str) -> None:
    code, _, said = _run(capsys, file)
    assert code == 2
    assert "allow it with --run" in said


def test_what_is_written_validates_and_is_the_same_the_second_time(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run(capsys, "lighthouserc.json")[0] == 0
    written = (here / "budgets" / "web.yml").read_bytes()
    assert main(["validate"]) == 0
    assert _run(capsys, "lighthouserc.json")[0] == 0
    assert (here / "budgets" / "web.yml").read_bytes() == written


def test_nothing_is_overwritten(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "budgets").mkdir()
    (here / "budgets" / "web.yml").write_text("mine\n")
    code, _, said = _run(capsys, "budget.json")
    assert code == 2
    assert "budgets/web.yml is there already" in said
    assert (here / "budgets" / "web.yml").read_text() == "mine\n"
    assert _run(capsys, "budget.json", "--name", "pages")[0] == 0
    assert (here / "budgets" / "pages.yml").exists()


def test_a_link_is_not_followed_and_not_replaced(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (here / "budgets").mkdir()
    (here / "budgets" / "web.yml").symlink_to(here / "target")
    assert _run(capsys, "budget.json")[0] == 2
    assert not (here / "target").exists()
    (here / "far").symlink_to("/tmp")  # noqa: S108  # a folder outside
    code, _, said = _run(capsys, "budget.json", "--out", "far")
    assert (code, "outside the repository" in said) == (2, True)


@pytest.mark.parametrize(
    ("argv", "why"),
    [
        pytest.param(("nowhere.json",), "there is no file", id="no file"),
        pytest.param(("workflows",), "there is no file", id="a folder"),
        pytest.param(("load.json", "a", "b"), "expected one file", id="three words"),
        pytest.param(("lhci", "budget.json"), "no format 'lhci'", id="no format"),
        pytest.param(("both.json",), "in no format", id="no format that is known"),
        pytest.param(("slo.yaml",), "which load", id="no script"),
        pytest.param(("slo.yaml", "--script", "../x.js"), "outside the repository", id="outside"),
        pytest.param(("slo.yaml", "--script", "x.js"), "no file 'x.js'", id="no such script"),
        pytest.param(("budget.json", "--name", "../x"), "--name", id="a name with a path"),
        pytest.param(("budget.json", "--name", "policy"), "policy", id="a reserved name"),
        pytest.param(("budget.json", "--base", "nonsense"), "http", id="no address"),
        pytest.param(("budget.json", "--env", "x"), "NAME=VALUE", id="no variable"),
        pytest.param(("keptn", "budget.json"), "nothing in budget.json", id="another format"),
        pytest.param(("broken.yml",), "in no format", id="broken, and no format is known"),
        pytest.param(("keptn", "broken.yml"), "neither JSON nor YAML", id="broken"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_written(
    here: Path, capsys: pytest.CaptureFixture[str], argv: tuple[str, ...], why: str
) -> None:
    (here / "both.json").write_text("{}")
    (here / "broken.yml").write_text("a: [")
    code, _, said = _run(capsys, *argv)
    assert code == 2
    assert why in said
    assert not list(here.glob("budgets/*"))


def test_two_formats_in_one_file_are_asked_for(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    entries = [{"path": "a.js", "limit": "1 kB", "maxSize": "1 kB"}]
    (here / "package.json").write_text(json.dumps({"size-limit": entries, "bundlesize": entries}))
    code, _, said = _run(capsys, "package.json")
    assert code == 2
    assert "holds size-limit and bundlesize" in said
    assert _run(capsys, "bundlesize", "package.json")[0] == 0


def test_where_nothing_can_be_kept_the_account_is_still_given(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (here / "slo.yaml").write_text("objectives: [{sli: cpu, pass: [{criteria: ['<80']}]}]")
    code, said, error = _run(capsys, "slo.yaml", "--json", "--script", "load/buy.js")
    assert code == 2
    told = json.loads(said)
    assert (told["kept"], len(told["not_kept"])) == ([], 1)
    assert "nothing in slo.yaml could be kept" in error


def test_the_account_is_json(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, said, _ = _run(capsys, "bundlewatch.config.json", "--json", "--dry-run")
    told = json.loads(said)
    assert code == 0
    assert (told["format"], told["written"]) == ("bundlewatch", False)
    assert [each["path"] for each in told["budgets"]] == ["budgets/bundle.yml"]
    assert told["kept"][0] == {
        "budget": "bundle",
        "where": "files[0]",
        "theirs": "./dist/*.js: 100kB",
        "ours": 'max(size{encoding:gzip,file:"dist/*.js"}): limit 100 KiB',
        "differs": "",
    }


def test_secrets_are_not_printed(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = json.loads((here / "lighthouserc.json").read_text())
    told["ci"]["upload"] = {"target": "lhci", "token": "hunter2"}
    told["ci"]["collect"]["settings"]["extraHeaders"] = {"Cookie": "hunter2"}
    told["ci"]["collect"]["url"].append("http://me:hunter2@h/")
    (here / "lighthouserc.json").write_text(json.dumps(told))
    (here / "ci.sh").write_text("bencher run --token hunter2 --threshold-measure latency x")
    code, said, error = _run(capsys, "lighthouserc.json")
    assert code == 0
    assert "http://(not shown)@h/" in said
    assert "hunter2" not in said + error + (here / "budgets" / "web.yml").read_text()
    _, said, error = _run(capsys, "ci.sh", "--json")
    assert "hunter2" not in said + error


def test_names_of_strangers_stay_text(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    entry = {"path": "a.js", "maxSize": "1 kB", "\x1b[2J\n::error::x": "##vso[task.x]y"}
    (here / "bundlesize.config.json").write_text(json.dumps({"files": [entry]}))
    code, said, error = _run(capsys, "bundlesize.config.json")
    assert code == 0
    assert "\x1b" not in said + error
    assert not [line for line in said.splitlines() if line.lstrip().startswith("::")]
    assert "##vso[" not in said
