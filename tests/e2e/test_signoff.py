"""`gate signoff` on a small real repository: two tags, a bundle, a command, a browser's paper."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.project import Done, Project, make

pytestmark = pytest.mark.skipif(os.name == "nt", reason="nothing is measured there")

BUNDLE = """\
runner: bundle
files: {app: "dist/*.js"}
owner: team-web
objectives:
  - sli: size{file:app, encoding:raw}
    limit: 2 kB
    tolerance: 5%
"""
COMMAND = f"""\
runner: command
command: [{sys.executable}, -I, -S, work.py]
repeat: 2
paths: [work.py]
objectives:
  - sli: rss
    limit: 4000 MB
"""
POLICY = """\
profiles:
  release: {only: [bundle], undecided: warn}
"""
WAIVER = """\
- objective: bundle/size{file:app, encoding:raw}
  bound: tolerance
  reason: the new editor
  owner: team-web
  ticket: WEB-7
  expires: DAY
"""
SIZE = "bundle/sum(size{encoding:raw,file:app})"


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """Two releases: v1.3, and v1.4 with a bundle that is 1 % larger."""
    made = make(tmp_path / "repo", PERFGATE_CACHE=str(tmp_path / "cache"))
    made.budget("bundle", BUNDLE)
    made.budget("work", COMMAND)
    made.budget("policy", POLICY)
    made.write("work.py", "print(sum(range(1000)))\n")
    release(made, "v1.3", 1000)
    release(made, "v1.4", 1010)
    return made


def release(project: Project, tag: str, size: int) -> None:
    """A commit with a bundle of so many bytes, and its tag."""
    project.write("dist/app.js", "x" * size)
    project.commit(tag)
    project.git("tag", tag)


def sign(project: Project, *more: str, **env: str) -> Done:
    words = ("signoff", "--release", "v1.4", "--against", "v1.3", "--no-pdf", *more)
    return project.gate(*words, **env)


def folder(project: Project) -> Path:
    return project.root / ".gate" / "signoff"


def document(project: Project) -> Any:
    return json.loads((folder(project) / "signoff.json").read_bytes())


@pytest.mark.needs_ssh_keygen
def test_a_release_is_measured_signed_and_verified(project: Project, tmp_path: Path) -> None:
    key = tmp_path / "secret-place" / "id"
    key.parent.mkdir()
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key], check=True)
    more = ("--approve", "Grace Hopper", "--artifact", "dist/app.js")
    url = {"BUILD_URL": "https://ci.example.org/job/7", "PERFGATE_SIGNING_KEY": str(key)}
    done = sign(project, *more, **url)
    done.ends(0, "PASSED: v1.4 against v1.3", "wrote .gate/signoff, sealed by the SHA-256")
    assert "secret-place" not in done.said
    told = document(project)
    assert told["result"] == "PASSED"
    assert told["how"] == "in turn"
    assert told["excludes"] == []
    assert told["given"]["url"] == "https://ci.example.org/job/7"
    assert told["given"]["release"]["commit"] == project.git("rev-parse", "v1.4")
    assert told["given"]["previous"]["commit"] == project.git("rev-parse", "v1.3")
    assert [a["name"] for a in told["given"]["approvals"]] == ["Grace Hopper"]
    blobs = {each["path"]: each["blob"] for each in told["given"]["budgets"]}
    assert blobs["budgets/bundle.yml"] == project.git("rev-parse", "HEAD:budgets/bundle.yml")
    # All suites: the profile's `only` and the budget's `paths` leave nothing out of a release.
    assert {each["objective"]: each["status"] for each in told["checks"]} == {
        SIZE: "pass",
        "work/max(rss)": "pass",
    }
    policy = json.loads((folder(project) / "run.json").read_bytes())["promises"]["policy"]
    assert (policy["signoff"], policy["undecided"], policy["profile"]) == (True, "fail", "release")

    allowed = tmp_path / "allowed"
    allowed.write_text(f"ada@example.org {key.with_name('id.pub').read_text()}")
    words = ("--allowed-signers", str(allowed), "--identity", "ada@example.org")
    moved = tmp_path / "elsewhere"
    shutil.copytree(folder(project), moved)
    checked = project.gate("signoff", "verify", str(moved), *words, "--artifact", "dist/app.js")
    checked.ends(0, "signed by ada@example.org", "judged again", "PASSED: v1.4 against v1.3")

    page = moved / "signoff.html"
    page.write_bytes(page.read_bytes().replace(b"v1.4", b"v1.5", 1))
    altered = project.gate("signoff", "verify", str(moved), *words)
    altered.ends(2, "does not hold: signoff.html is not what was sealed")


@pytest.mark.needs_chrome
def test_it_is_printed(project: Project) -> None:
    words = ("signoff", "--release", "v1.4", "--against", "v1.3", "--pdf", "--quiet")
    project.gate(*words).ends(0, "PASSED")
    assert (folder(project) / "signoff.pdf").read_bytes().startswith(b"%PDF-")
    project.gate("signoff", "verify", ".gate/signoff").ends(0, "cannot be printed again alike")


def test_a_broken_promise_is_sealed_as_failed(project: Project) -> None:
    release(project, "v1.5", 1200)
    words = ("--release", "v1.5", "--against", "v1.4", "--no-pdf")
    project.gate("signoff", *words).ends(1, "FAILED: v1.5 against v1.4")
    statement = json.loads((folder(project) / "statement.json").read_bytes())
    assert statement["predicate"]["result"] == "FAILED"
    assert statement["predicate"]["failedTests"] == [SIZE]
    project.gate("signoff", "verify", ".gate/signoff").ends(1, "FAILED: v1.5 against v1.4")


@pytest.mark.parametrize(
    ("words", "code", "result"),
    [((), 1, "FAILED"), (("--profile", "pr"), 0, "PASSED")],
    ids=["release", "pr"],
)
def test_a_limit_may_differ_by_profile(
    project: Project, words: tuple[str, ...], code: int, result: str
) -> None:
    project.budget("bundle", BUNDLE.replace("2 kB", "{pr: 2 kB, release: 1 kB}"))
    release(project, "v1.5", 1020)
    asked = ("--release", "v1.5", "--against", "v1.4", "--no-pdf", "--json", "--quiet")
    done = project.gate("signoff", *asked, *words)
    done.ends(code)
    told = json.loads(done.out)
    assert told == document(project)
    assert (told["result"], told["profile"]) == (result, words[-1] if words else "release")


@pytest.mark.parametrize(
    ("day", "code", "result", "state"),
    [("2099-12-31", 0, "WARNED", "used"), ("2020-01-31", 1, "FAILED", "expired")],
    ids=["in force", "expired"],
)
def test_a_waiver_is_told_with_its_author(
    project: Project, day: str, code: int, result: str, state: str
) -> None:
    project.budget("waivers", WAIVER.replace("DAY", day))
    release(project, "v1.5", 1200)
    words = ("--release", "v1.5", "--against", "v1.4", "--no-pdf")
    more = ("--approve", "ada@example.org", "--approve", "Grace")
    project.gate("signoff", *words, *more).ends(code, f"{result}: v1.5")
    (waiver,) = document(project)["waivers"]
    assert waiver["state"] == state
    assert waiver["author"] == "Ada <ada@example.org>"
    assert waiver["approved_by"] == ["Grace"]
    assert waiver["waiver"]["ticket"] == "WEB-7"
    own, other = document(project)["given"]["approvals"]
    assert (own["is_author"], other["is_author"]) == (True, False)
    project.gate("signoff", "verify", ".gate/signoff").ends(code, f"{result}: v1.5")


def stored(project: Project) -> None:
    """Measure v1.3 and keep it."""
    project.git("checkout", "--quiet", "v1.3")
    project.gate("check", "--quiet").said  # noqa: B018  # there is no baseline yet
    project.gate("baseline", "accept").ends(0)
    project.git("checkout", "--quiet", "main")


def test_what_was_loosened_since_the_release_before_is_shown(project: Project) -> None:
    project.budget("bundle", BUNDLE.replace("2 kB", "3 kB"))
    project.commit("looser")
    release(project, "v1.5", 1020)
    words = ("--release", "v1.5", "--against", "v1.3", "--no-pdf")
    project.gate("signoff", *words, "--stored").ends(2, "no stored run")
    project.gate("signoff", *words).ends(0, "PASSED")
    (told,) = document(project)["loosened"]
    assert "loosened from 2 kB to 3 kB" in told


class TestStored:
    def test_what_cannot_be_built_is_compared_with_stored_runs(self, project: Project) -> None:
        stored(project)
        # From here on a build is needed, and the older tree cannot be built.
        build = "import os, pathlib as p; print(os.environ['KEY']); p.Path('build.txt').read_text()"
        service = {"prepare": [[sys.executable, "-I", "-S", "-c", build]], "env": {"KEY": "${KEY}"}}
        project.budget("services", json.dumps({"app": service}))
        project.budget("policy", POLICY + "secrets: [KEY]\n")
        project.env["KEY"] = "open-sesame-42"
        project.budget("bundle", BUNDLE.replace("files:", "service: app\nfiles:"))
        project.write("build.txt", "")
        release(project, "v1.5", 1020)
        words = ("--release", "v1.5", "--against", "v1.3", "--no-pdf")
        project.gate("signoff", *words).ends(0, "PASSED: v1.5 against v1.3")
        told = document(project)
        assert told["how"] == "stored"
        assert "could not be measured on v1.3 here" in told["given"]["notes"][0]
        assert "was measured on" in told["excludes"][0]
        assert len(told["given"]["baselines"]) == 1
        assert sorted(each.name for each in (folder(project) / "baseline").iterdir()) == [
            "01.outcome.json",
            "01.run.json",
        ]
        project.gate("signoff", "verify", ".gate/signoff").ends(0, "judged again")
        files = [path for path in folder(project).rglob("*") if path.is_file()]
        assert [f.name for f in files if b"open-sesame" in f.read_bytes()] == []

    def test_a_release_is_the_baseline_of_the_next(self, project: Project) -> None:
        sign(project).ends(0)
        project.gate("baseline", "accept", ".gate/signoff/run.json").ends(0, "is kept as baseline")
        release(project, "v1.5", 1020)
        words = ("--release", "v1.5", "--against", "v1.4", "--no-pdf", "--stored")
        project.gate("signoff", *words).ends(0, "PASSED: v1.5 against v1.4")
        assert document(project)["how"] == "stored"

    def test_only_what_cannot_be_built_is(self, project: Project) -> None:
        project.budget("style", BUNDLE.replace("app", "css").replace(".js", ".css"))
        project.write("dist/site.css", "x")
        release(project, "v1.5", 1020)
        project.gate("check", "--quiet").said  # noqa: B018  # there is no baseline yet
        project.gate("baseline", "accept").ends(0)
        project.budget("services", json.dumps({"css": {"prepare": [[sys.executable, "make.py"]]}}))
        style = BUNDLE.replace("app", "css").replace(".js", ".css")
        project.budget("style", style.replace("files:", "service: css\nfiles:"))
        project.write("make.py", "")
        release(project, "v1.6", 1030)
        words = ("--release", "v1.6", "--against", "v1.5", "--no-pdf")
        project.gate("signoff", *words).ends(0, "PASSED: v1.6 against v1.5")
        told = document(project)
        assert told["how"] == "both"
        rungs = {
            each["objective"].partition("/")[0]: bound["baseline"]["rung"]
            for each in told["checks"]
            for bound in each["bounds"]
            if bound["baseline"]
        }
        assert rungs == {"bundle": "against", "style": "explicit"}
        project.gate("signoff", "verify", ".gate/signoff").ends(0, "judged again")

    @pytest.mark.parametrize("more", [(), ("--stored",)], ids=["in turn", "stored"])
    def test_a_goal_is_held_to_its_pin(self, project: Project, more: tuple[str, ...]) -> None:
        stored(project)
        project.gate("baseline", "pin", "v1.3").ends(0)
        goal = BUNDLE.replace("tolerance: 5%", "tolerance: -30%\n    baseline: v1.3")
        project.budget("bundle", goal)
        project.write("dist/app.js", "x" * 600)
        project.commit("much smaller")
        project.git("tag", "v1.5")
        words = ("--release", "v1.5", "--against", "v1.3", "--no-pdf", *more)
        project.gate("signoff", *words).ends(0, "PASSED: v1.5 against v1.3")
        (found,) = {
            bound["baseline"]["rung"]
            for each in document(project)["checks"]
            for bound in each["bounds"]
            if bound["baseline"]
        }
        assert found == ("against" if not more else "pin v1.3")
        project.gate("signoff", "verify", ".gate/signoff").ends(0, "judged again")

    def test_how_days_differ_is_sealed_with_it(self, project: Project) -> None:
        stored(project)
        project.gate("check", "--quiet").ends(0)
        release(project, "v1.5", 1020)
        words = ("--release", "v1.5", "--against", "v1.3", "--no-pdf", "--stored")
        project.gate("signoff", *words).ends(0, "PASSED: v1.5 against v1.3")
        rungs = [each["rung"] for each in document(project)["given"]["baselines"]]
        assert rungs == ["explicit", "days"]
        project.gate("signoff", "verify", ".gate/signoff").ends(0, "judged again")

    def test_it_may_be_asked_for(self, project: Project) -> None:
        stored(project)
        sign(project, "--stored").ends(0, "PASSED")
        assert document(project)["how"] == "stored"

    def test_without_one_nothing_is_measured(self, project: Project) -> None:
        sign(project, "--stored").ends(2, "v1.3", "no stored run")
        assert not folder(project).exists()


class TestFromARecord:
    def test_it_is_judged_again_by_the_checkout_s_promises(self, project: Project) -> None:
        stored(project)
        project.gate("check", "--baseline", "v1.3", "--out", "record").said  # noqa: B018
        shutil.move(project.root / "record", project.root / ".gate" / "record")
        run = project.root / ".gate" / "record" / "run.json"
        # Whoever writes the record does not write the promises.
        text = run.read_text()
        assert '"fail":2000' in text
        run.write_text(text.replace('"fail":2000', '"fail":1'))
        sign(project, "--from", ".gate/record").ends(0, "PASSED")
        told = document(project)
        assert told["how"] == "stored"
        assert told["given"]["source"].startswith("the record of run ")
        project.gate("signoff", "verify", ".gate/signoff").ends(0)

    def test_one_that_was_measured_in_turn_stays_so(self, project: Project) -> None:
        project.budget("work", COMMAND.replace("paths: [work.py]\n", ""))
        release(project, "v1.5", 1020)
        project.gate("check", "--against", "v1.4", "--quiet").ends(0)
        words = ("--release", "v1.5", "--no-pdf", "--from", ".gate")
        project.gate("signoff", *words, "--against", "v1.4").ends(0, "PASSED")
        assert document(project)["how"] == "in turn"
        project.gate("signoff", *words, "--against", "v1.3").ends(3, "FAILED")
        told = document(project)
        assert told["how"] == "nothing"
        assert "which is not v1.3" in told["given"]["notes"][0]
        assert "no stored run" in told["given"]["notes"][1]
        project.gate("signoff", "verify", ".gate/signoff").ends(3)

    def test_one_of_another_commit_is_refused(self, project: Project) -> None:
        stored(project)
        shutil.copytree(project.root / ".gate", project.root.with_name("record"))
        sign(project, "--from", "../record").ends(2, "not of v1.4")

    def test_one_of_a_dirty_tree_is_refused(self, project: Project) -> None:
        project.write("work.py", "print(1)\n")
        project.gate("check", "--quiet").said  # noqa: B018
        project.git("checkout", "--quiet", "work.py")
        sign(project, "--from", ".gate").ends(2, "changes that are in no commit")

    def test_what_was_left_out_of_it_is_refused(self, project: Project) -> None:
        project.gate("check", "--only", "work", "--quiet").said  # noqa: B018
        sign(project, "--from", ".gate").ends(3, "FAILED")
        statuses = {each["objective"]: each["effect"] for each in document(project)["checks"]}
        assert statuses[SIZE] == "blocks"


class TestRefused:
    @pytest.mark.parametrize(
        ("words", "said"),
        [
            pytest.param(("--release", "v1.4"), "--against TAG are both needed", id="half"),
            pytest.param(
                ("--release", "v9", "--against", "v1.3"), "no such tag here", id="no such tag"
            ),
            pytest.param(
                ("--release", "v1.3", "--against", "v1.4"), "is checked out", id="another commit"
            ),
            pytest.param(
                ("--release", "main", "--against", "v1.3"), "no such tag here", id="a branch"
            ),
            pytest.param(
                ("--release", "v1.4", "--against", "HEAD"), "the release itself", id="itself"
            ),
            pytest.param(
                ("--release", "v1.4", "--against", "v1.3", "--artifact", "none"),
                "there is no such file",
                id="an artifact that is not there",
            ),
            pytest.param(
                ("--release", "v1.4", "--against", "v1.3", "--sign", "none"),
                "the signing key is not there",
                id="a key that is not there",
            ),
            pytest.param(
                ("--release", "v1.4", "--against", "v1.3", "--approve", " "),
                "an approval names a person",
                id="nobody",
            ),
            pytest.param(
                ("--release", "v1.4", "--against", "v1.3", "--out", "budgets"),
                "holds something else",
                id="a folder of something else",
            ),
            pytest.param(
                ("--release", "v1.4", "--against", "v1.3", "--profile", "nightli"),
                "there is no profile",
                id="no such profile",
            ),
            pytest.param(
                ("--release=--help", "--against", "v1.3"), "no such tag", id="a flag for a tag"
            ),
        ],
    )
    def test_before_anything_is_measured(
        self, project: Project, words: tuple[str, ...], said: str
    ) -> None:
        project.gate("signoff", "--no-pdf", *words).ends(2, said)
        assert not folder(project).exists()

    @pytest.mark.needs_ssh_keygen
    def test_a_key_that_is_none_is_tried_before_anything_is_measured(
        self, project: Project
    ) -> None:
        sign(project, "--sign", "work.py").ends(3, "ssh-keygen did not sign")
        assert not (project.root / ".gate" / "run.json").exists()

    @pytest.mark.parametrize("name", ["work.py", "new.txt"], ids=["changed", "untracked"])
    def test_a_tree_with_changes(self, project: Project, name: str) -> None:
        project.write(name, "print(2)\n")
        sign(project).ends(2, "the tree is not that of its commit", name)

    def test_a_tree_that_changes_meanwhile(self, project: Project) -> None:
        project.write("work.py", "import pathlib; pathlib.Path('policy.txt').write_text('x')\n")
        project.write("policy.txt", "")
        project.commit()
        project.git("tag", "--force", "v1.4")
        sign(project).ends(2, "the tree is not that of its commit", "policy.txt")
        assert not folder(project).exists()
        assert (project.root / ".gate" / "run.json").exists()

    def test_what_tools_leave_is_only_noted(self, project: Project) -> None:
        project.write("work.py", "import pathlib; pathlib.Path('left.txt').touch()\n")
        project.commit()
        project.git("tag", "--force", "v1.4")
        sign(project).ends(0, "PASSED")
        assert document(project)["given"]["notes"] == [
            "measuring left what git does not know: left.txt"
        ]

    def test_a_folder_without_a_repository(self, tmp_path: Path, project: Project) -> None:
        (tmp_path / "alone").mkdir()
        sign_there = project.gate(
            "signoff", "--release", "v1", "--against", "v0", "--no-pdf", cwd="../alone"
        )
        sign_there.ends(2, "in no git repository")
