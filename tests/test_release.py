"""What a release needs: a version from the tag, a wheel that stands alone, a changelog."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parent.parent
BUNDLE = """\
runner: bundle
files: {app: "dist/*.js"}
objectives:
  - sli: size{file:app, encoding:raw}
    limit: 1 kB
"""
_GIT = ("git", "-c", "user.name=a", "-c", "user.email=a@localhost", "-c", "commit.gpgsign=false")


def git(folder: Path, *words: str) -> str:
    return subprocess.check_output([*_GIT, *words], cwd=folder, text=True)


def built(folder: Path, kind: str = "wheel") -> Path:
    """What the tree builds, offline, with what is installed here."""
    into = folder.parent / f"{folder.name}-{kind}"
    build = [sys.executable, "-m", "hatchling", "build", "-t", kind, "-d", str(into)]
    done = subprocess.run(build, cwd=folder, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    (made,) = (*into.glob("*.whl"), *into.glob("*.tar.gz"))
    return made


def version(path: Path) -> str:
    return path.name.split("-")[1].removesuffix(".tar.gz")


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A small repository that is built as ours is."""
    folder = tmp_path / "tree"
    (folder / "gate").mkdir(parents=True)
    for name in ("pyproject.toml", "README.md", "LICENSE", ".gitattributes", ".git_archival.txt"):
        (folder / name).write_bytes((ROOT / name).read_bytes())
    (folder / "gate" / "__init__.py").write_text('"""Ours."""\n', encoding="utf-8")
    git(folder, "init", "-q", "-b", "main")
    git(folder, "add", ".")
    git(folder, "commit", "-q", "-m", "first")
    return folder


def test_a_tag_is_the_version_to_the_letter(tree: Path) -> None:
    git(tree, "tag", "v1.4.0")
    assert version(built(tree)) == "1.4.0"


def test_a_tag_of_something_else_is_no_version(tree: Path) -> None:
    git(tree, "tag", "nightly-9")
    assert version(built(tree)).startswith("0.0.1.dev1+g")


def test_a_commit_after_a_tag_says_how_far_it_is(tree: Path) -> None:
    git(tree, "tag", "v1.4.0")
    git(tree, "commit", "-q", "--allow-empty", "-m", "second")
    assert re.fullmatch(r"1\.4\.1\.dev1\+g[0-9a-f]+", version(built(tree)))


def test_without_git_it_builds_and_claims_no_release(tree: Path) -> None:
    (tree / ".git").rename(tree.parent / "gone")
    assert version(built(tree)) == "0.0.0"


def test_an_exported_tree_knows_its_tag(tree: Path) -> None:
    git(tree, "tag", "v1.4.0")
    exported = tree.parent / "exported"
    exported.mkdir()
    git(tree, "archive", "--format=tar", "-o", "../exported.tar", "HEAD")
    subprocess.run(["tar", "xf", "exported.tar", "-C", "exported"], cwd=tree.parent, check=True)
    assert version(built(exported)) == "1.4.0"


def test_the_source_archive_builds_the_same_version(tree: Path) -> None:
    git(tree, "tag", "v1.4.0")
    archive = built(tree, "sdist")
    subprocess.run(["tar", "xzf", str(archive), "-C", str(tree.parent)], check=True)
    assert version(built(tree.parent / "perfgate-1.4.0")) == "1.4.0"


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fresh environment: the wheel, and the packages it asks for; nothing of the workshop.

    The packages are those that are installed here by hash, linked: a test uses no network.
    `.github/workflows/release.yml` installs them from the lock itself.
    """
    folder = tmp_path_factory.mktemp("alone")
    venv = folder / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(venv)], check=True)
    python = venv / "bin" / "python"
    (site,) = venv.glob("lib/python*/site-packages")
    for name in required("perfgate", frozenset()):
        for top in tops(name):
            (site / top.name).symlink_to(top)
    wheel = build_here(folder)
    pip = [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet"]
    subprocess.run([*pip, "--no-deps", "--no-index", str(wheel)], check=True, capture_output=True)
    return venv


def build_here(folder: Path) -> Path:
    into = folder / "dist"
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(into)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (made,) = into.glob("*.whl")
    return made


def required(name: str, seen: frozenset[str]) -> frozenset[str]:
    """What a distribution needs without any extra, and what that needs."""
    asked = map(Requirement, distribution(name).requires or ())
    for each in asked:
        wanted = each.marker is None or each.marker.evaluate({"extra": ""})
        if wanted and each.name not in seen:
            seen |= required(each.name, seen | {each.name}) | {each.name}
    return seen


def tops(name: str) -> Iterator[Path]:
    """The files and folders of an installed distribution that stand in site-packages."""
    found = distribution(name)
    parts = {file.parts[0] for file in found.files or ()} - {"..", "__pycache__"}
    return (Path(str(found.locate_file(part))) for part in sorted(parts))


def said(venv: Path, cwd: Path, *argv: str) -> subprocess.CompletedProcess[str]:
    """What the installed command says where nothing of ours is."""
    env = {"PATH": os.environ["PATH"], "HOME": str(cwd), "LANG": "C.UTF-8"}
    gate = [str(venv / "bin" / "gate"), *argv]
    return subprocess.run(gate, cwd=cwd, env=env, check=False, capture_output=True, text=True)


def test_the_wheel_alone_says_its_version(alone: Path, tmp_path: Path) -> None:
    (info,) = alone.glob("lib/python*/site-packages/perfgate-*.dist-info")
    done = said(alone, tmp_path, "--version")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.split()[-1] == version(info).removesuffix(".dist")


@pytest.mark.parametrize(("size", "code"), [(900, 0), (1100, 1)], ids=["kept", "broken"])
def test_the_wheel_alone_checks_a_bundle(alone: Path, tmp_path: Path, size: int, code: int) -> None:
    (tmp_path / "budgets").mkdir()
    (tmp_path / "dist").mkdir()
    (tmp_path / "budgets" / "bundle.yml").write_text(BUNDLE, encoding="utf-8")
    (tmp_path / "dist" / "app.js").write_text("x" * size, encoding="utf-8")
    git(tmp_path, "init", "-q", "-b", "main")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-q", "-m", "first")
    done = said(alone, tmp_path, "check", "--report", "html=report.html")
    assert done.returncode == code, done.stdout + done.stderr
    assert (tmp_path / "report.html").stat().st_size > 1000


def test_each_bound_of_a_dependency_is_what_the_lowest_lock_holds() -> None:
    """`requirements/lowest.txt` is what CI tests: the least of everything that we say we take."""
    ours = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = [each for group in ours["optional-dependencies"].values() for each in group]
    lock = (ROOT / "requirements" / "lowest.txt").read_text(encoding="utf-8")
    held = dict(re.findall(r"^([\w.-]+)==([\w.]+)", lock, re.MULTILINE))
    for each in map(Requirement, [*ours["dependencies"], *extras]):
        (least,) = (part.version for part in each.specifier if part.operator == ">=")
        assert least in held[each.name.lower()], each
        assert each.specifier.contains(held[each.name.lower()])


def test_the_changelog_is_kept() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    heads = re.findall(r"^## \[(.+?)\]( - \d{4}-\d\d-\d\d)?$", text, re.MULTILINE)
    assert heads[0] == ("Unreleased", "")
    assert all(day for _, day in heads[1:])
    kinds = {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}
    assert set(re.findall(r"^### (.+)$", text, re.MULTILINE)) <= kinds
