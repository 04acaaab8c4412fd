"""Names from strangers stay text: in the terminal, in every report, in the log of the CI."""

from __future__ import annotations

import json
import os
import re
import sys
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from markdown_it import MarkdownIt

from tests.e2e.project import BUNDLE, Done, Project, flat
from tests.e2e.test_exit_codes import BENCH

MARKUP = "<img src=x onerror=alert(31337)>"
LINK = "[x](http://evil.example)|`@all`"
STEERS = "\x1b[31m\x9b31m\x07\u202e"
COMMAND = "\n::error::31337\n##vso[x]31337"
NAME = f"{MARKUP}{LINK}{STEERS}{COMMAND}"
QUOTED = json.dumps(NAME)  # in YAML and in JavaScript

REPORTS = {"html": "html", "json": "json", "junit": "xml", "markdown": "md", "terminal": "txt"}
# What a terminal obeys, what hides text or turns it around, and what a CI reads as its command.
_STEERING = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069]")
_COMMANDS = re.compile(r"^\s*::|##(vso)?\[", re.MULTILINE)


@dataclass
class Page(HTMLParser):
    """What a browser would make of the HTML report."""

    tags: set[str] = field(default_factory=set)
    attributes: set[str] = field(default_factory=set)
    links: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.links |= {value or "" for name, value in attrs if name in {"href", "src"}}


def checked(project: Project, *words: str, **env: str) -> Done:
    """Commit, check with every report, and see that all that was written is harmless."""
    project.commit()
    reports = [f"--report={name}=out/report.{suffix}" for name, suffix in REPORTS.items()]
    done = project.gate("check", *reports, *words, **env)
    harmless(done.said)
    if (project.root / "out").exists():
        for row in project.record()["rows"]:
            harmless(project.gate("explain", row["objective"]["id"]).said)
        harmless_reports(project.root / "out")
    return done


def harmless(text: str) -> None:
    """Nothing steers the terminal or the CI."""
    assert not _STEERING.search(text), text
    assert not _COMMANDS.search(text), text


def harmless_reports(folder: Path) -> None:
    """Every report is well formed, and the name has made no markup in it."""
    read = {s: (folder / f"report.{s}").read_text(encoding="utf-8") for s in REPORTS.values()}
    harmless(read["txt"])
    assert json.loads(read["json"])["rows"]
    assert not {e.tag for e in ET.fromstring(read["xml"]).iter()} & {"img", "x"}  # noqa: S314
    harmless_page(read["html"])
    harmless_page(MarkdownIt("gfm-like", {"html": True, "linkify": False}).render(read["md"]))
    assert not _STEERING.search(read["md"])


def harmless_page(text: str) -> None:
    page = Page()
    page.feed(text)
    assert "img" not in page.tags
    assert not {name for name in page.attributes if name.startswith("on")}
    assert not {link for link in page.links if "evil" in link or "31337" in link}


def test_the_checks_see_a_name_that_is_not_escaped() -> None:
    for text in (NAME, f"x{COMMAND}", "\x1b[31m", "\x9b31m", "\x07", "\u202e"):
        with pytest.raises(AssertionError):
            harmless(text)
    for text in (NAME, MARKUP, "<p onclick=x>", '<a href="http://evil.example">'):
        with pytest.raises(AssertionError):
            harmless_page(text)


def test_a_file_of_the_bundle(project: Project) -> None:
    project.bundle(2000)
    name = NAME.replace("/", "").encode() + b"\xff.js"
    (project.root / "dist" / os.fsdecode(name)).write_text("x", encoding="utf-8")
    done = checked(project)
    done.ends(1, "<img src=x onerror=alert(31337)>", "\\x1b[31m")


def test_a_benchmark(project: Project) -> None:
    project.write(
        "bench/test_speed.py",
        f"import pytest\n@pytest.mark.parametrize('n', [1], ids=[{NAME!r}])\n"
        "def test_a(benchmark, n): benchmark(len, [])\n",
    )
    budget = BENCH.partition("  - sli")[0]
    project.budget("bench", f"{budget}  - {{sli: time, each: test, tolerance: 1%}}\n")
    done = checked(project)
    done.ends(3, "no comparable baseline")
    (name,) = project.statuses()
    assert MARKUP in name


@pytest.mark.needs_k6
def test_a_request_of_the_load(project: Project) -> None:
    project.service("well")
    project.load("p95(http_req_duration{name:typo})")
    load = (project.root / "load.js").read_text(encoding="utf-8")
    project.write("load.js", load.replace("'GET /ok'", f"__ITER % 2 ? {QUOTED} : 'other'"))
    project.budget(
        "api",
        (project.root / "budgets/api.yml").read_text(encoding="utf-8")
        + "  - {sli: p95(http_req_duration), limit: 1 s}\n"
        + "  - {sli: median(http_req_duration), each: name, limit: 1 s}\n",
    )
    done = checked(project)
    assert done.code == 3
    assert MARKUP in flat(done.out)
    assert any(MARKUP in name for name in project.statuses())


@pytest.mark.needs_k6
def test_what_the_load_script_throws(project: Project) -> None:
    project.service("well")
    project.load()
    load = (project.root / "load.js").read_text(encoding="utf-8")
    project.write("load.js", load.replace("http.get", f"throw new Error({QUOTED}); http.get"))
    checked(project).ends(3, "iterations threw an exception")


def test_what_a_service_says(project: Project) -> None:
    project.service("says-and-dies", NAME)
    project.load()
    checked(project).ends(3, "it ended with code 1 before it was ready")


def test_what_a_build_says(project: Project) -> None:
    script = f"import sys; sys.exit({NAME!r})"
    command = json.dumps([sys.executable, "-c", script])
    project.budget("services", f"shop: {{prepare: [{command}]}}")
    project.load()
    checked(project).ends(3, "service shop could not be prepared")


def test_a_page(project: Project) -> None:
    name = json.dumps(f"{MARKUP}{LINK}")
    project.budget(
        "web",
        f"runner: lighthouse\nbase: http://127.0.0.1:1\npages: {{{name}: /}}\n"
        "objectives:\n  - {sli: lcp, limit: 1 s}\n",
    )
    done = checked(project, PERFGATE_CHROME="/nowhere", PERFGATE_NODE="/nowhere")
    done.ends(3, "node was not found")


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(BUNDLE.replace("files", f"owner: {QUOTED}\nfiles"), id="an owner"),
        pytest.param(BUNDLE.replace("files", f"{QUOTED}: 1\nfiles"), id="a key"),
        pytest.param(BUNDLE.replace("app", QUOTED), id="a part"),
        pytest.param(BUNDLE.replace("1 kB", QUOTED), id="a limit"),
        pytest.param(BUNDLE.replace("size{file:app", f"size{{file:{QUOTED}"), id="an SLI"),
        pytest.param(f"# {NAME}\n{BUNDLE}", id="bytes that YAML does not allow"),
        pytest.param(BUNDLE.replace("bundle", QUOTED), id="a runner"),
    ],
)
def test_a_budget(text: str, project: Project) -> None:
    project.bundle(text=text)
    done = checked(project)
    assert done.code in {2, 3}
    assert done.err.startswith(("gate: budgets/bundle.yml:", "bundle: budget 1 of 1"))


def test_words_about_a_promise(project: Project) -> None:
    words = json.dumps(f"{MARKUP}{LINK} ##vso[x] ::error::")
    about = f"owner: {words}\nwhy: {words}\nname: {words}\n"
    project.bundle(2000, f"{about}{BUNDLE}    name: {words}\n    why: {words}\n")
    project.budget(
        "waivers",
        "- objective: bundle/sum(size{encoding:raw,file:app})\n  bound: limit\n"
        f"  reason: {words}\n  owner: {words}\n  ticket: {words}\n  expires: 2099-01-01\n",
    )
    done = checked(project)
    done.ends(0, "waived", "<img src=x onerror=alert(31337)>")


def test_a_branch_and_a_budget_file(project: Project) -> None:
    project.bundle()
    project.commit()
    branch = f"{MARKUP}|`@all`".replace(" ", "/")
    project.git("checkout", "-q", "-b", branch)
    checked(project).ends(0, "on <img/src=x/onerror=alert(31337)>")
    project.git("branch", "-q", "-D", "main")
    project.git("checkout", "-q", "-b", "main")
    project.write(f"budgets/{MARKUP}\x1b[31m.yml", BUNDLE)
    done = checked(project)
    done.ends(2, "the name of a budget is of letters, digits")


def test_names_on_the_command_line(project: Project) -> None:
    project.bundle()
    project.commit()
    for words in (["--only", NAME], ["--profile", NAME], ["--baseline", NAME], ["--store", NAME]):
        done = project.gate("check", *words)
        assert done.code == 2, done.said
        harmless(done.said)


def test_the_list_of_what_is_stored(project: Project) -> None:
    project.bundle()
    project.commit()
    project.gate("check").ends(0)
    (entry,) = (project.root / ".gate/baselines").glob("2*")
    head = json.loads((entry / "head.json").read_bytes())
    (entry / "head.json").write_text(json.dumps({**head, "branch": NAME}), encoding="utf-8")
    for words in (["list"], ["show", entry.name], ["show", NAME], ["prune", NAME]):
        harmless(project.gate("baseline", *words).said)


def test_a_record_that_somebody_else_made(project: Project) -> None:
    project.bundle()
    project.commit()
    project.gate("check").ends(0)
    record = project.record("run")
    record["notes"] = [NAME]
    record["commit"]["branch"] = NAME
    record["tools"] = [[NAME, NAME]]
    project.write("theirs/run.json", json.dumps(record))
    done = project.gate("judge", "theirs/run.json")
    harmless(done.said)
    assert done.code in {0, 2, 3}
    project.write("theirs/bad.json", json.dumps({**record, NAME: NAME}))
    harmless(project.gate("judge", "theirs/bad.json").said)
    harmless(project.gate("judge", f"theirs/{MARKUP}\x1b[31m.json").said)
