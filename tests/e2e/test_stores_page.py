"""The page about the stores: its policies and its commands work as they stand there."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.project import Project
from tests.helpers.github_server import github
from tests.helpers.github_state import READER
from tests.runners.postgres.cluster import LOGGED, cluster
from tests.stores.conftest import s3, s3_server

__all__ = ["s3", "s3_server"]

PAGE = Path(__file__).resolve().parents[2] / "docs" / "stores.md"
SECTIONS = dict(
    re.findall(r"^## (.*?)\n(.*?)(?=^## |\Z)", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL)
)
NAMES = ("A git branch", "SQLite", "A bucket")


def follow(project: Project, section: str, **more: str) -> str:
    """Do what a section says in a repository with one budget; what was said."""
    ((policy,), (commands,)) = (
        re.findall(rf"```{kind}\n(.*?)```", SECTIONS[section], re.DOTALL) for kind in ("yaml", "sh")
    )
    project.bundle()
    project.budget("policy", policy)
    project.commit()
    remote = project.root.with_name("remote.git")
    project.git("clone", "--quiet", "--bare", str(project.root), str(remote))
    project.git("remote", "add", "origin", str(remote))
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    done = subprocess.run(
        ["sh", "-ec", commands],
        cwd=project.root,
        env={**project.env, **more, "PATH": path},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert project.git("status", "--porcelain") == ""
    return done.stdout


def test_every_section_is_followed() -> None:
    assert set(SECTIONS) == {*NAMES, "PostgreSQL", "GitHub artifacts"}


@pytest.mark.parametrize("section", NAMES)
def test_a_section(project: Project, section: str, s3: str) -> None:
    cloud = {name: value for name, value in os.environ.items() if name.startswith("AWS_")}
    said = follow(project, section, **cloud)
    assert re.search(r"  main +history$", said, re.MULTILINE), said
    assert re.search(r"store: .*: 1 run, ", said), said


def test_github_artifacts(project: Project) -> None:
    with github() as served:
        said = follow(project, "GitHub artifacts", **served.environ(READER))
    assert re.search(r"  main +history$", said, re.MULTILINE), said
    assert "which the Action uploads: 1 run, others see it" in said
    assert READER not in said


@pytest.mark.needs_postgres
@pytest.mark.xdist_group("postgres")
def test_postgresql(project: Project) -> None:
    with cluster(LOGGED) as server:
        address = server.dsn(password="hidden-word")
        said = follow(project, "PostgreSQL", BASELINES=address)
    assert "PostgreSQL database shop at 127.0.0.1: 1 run, others see it" in said
    assert "hidden-word" not in said
    everything = [p.read_bytes() for p in (project.root / ".gate").rglob("*") if p.is_file()]
    assert not any(b"hidden-word" in content for content in everything)
    done = project.gate("validate")
    done.ends(0)
    project.gate("check").ends(2, "needs the variable BASELINES, which is not set")
