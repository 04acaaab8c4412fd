"""Every store keeps the contract; tests/testing has the folder of one machine."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import obstore
import psycopg
import pytest
from obstore.store import from_url

from gate.testing.store_contract import StoreContract
from tests.helpers.github_server import github
from tests.helpers.github_state import WRITER
from tests.runners.postgres.cluster import Cluster
from tests.stores.support import clone_at, database_at, git


class TestASharedFolder(StoreContract):
    opener = "tests.stores.support:shared_folder_at"

    def damage(self, place: Path, entry_id: str) -> None:
        (place / entry_id / "head.json").unlink()


@pytest.mark.slow
class TestABranchOfOneClone(StoreContract):
    opener = "tests.stores.support:own_branch_at"

    def damage(self, place: Path, entry_id: str) -> None:
        spoil(clone_at(place), entry_id)


@pytest.mark.slow
class TestABranchThatManyClonesPush(StoreContract):
    opener = "tests.stores.support:clone_each_at"

    def damage(self, place: Path, entry_id: str) -> None:
        spoil(place / "remote.git", entry_id)


class TestSqlite(StoreContract):
    opener = "tests.stores.support:sqlite_at"

    def damage(self, place: Path, entry_id: str) -> None:
        with contextlib.closing(sqlite3.connect(place / "runs.db")) as connection, connection:
            connection.execute(
                "UPDATE perfgate_records SET content = x'7b' WHERE name = 'run.json.gz' AND entry ="
                " (SELECT number FROM perfgate_entries WHERE id = ?)",
                (entry_id,),
            )


class TestTheOutboxOfArtifacts(StoreContract):
    opener = "tests.stores.support:artifacts_at"

    @pytest.fixture
    def place(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
        for name in ("GITHUB_API_URL", "GITHUB_REPOSITORY", "GITHUB_TOKEN", "PERFGATE_ARTIFACTS"):
            monkeypatch.setenv(name, "")  # given back afterwards
        with github() as served:
            (tmp_path / "store").mkdir()
            (tmp_path / "store" / "address").write_text(f"{served.url} {WRITER}")
            yield tmp_path / "store"

    def damage(self, place: Path, entry_id: str) -> None:
        (place / "outbox" / "runs" / entry_id / "entry.json").write_bytes(b"{")


@pytest.mark.needs_postgres
@pytest.mark.xdist_group("postgres")
class TestPostgresql(StoreContract):
    opener = "tests.stores.support:postgresql_at"

    @pytest.fixture
    def place(self, tmp_path: Path, server: Cluster) -> Path:
        return database_at(tmp_path / "store", server)

    def damage(self, place: Path, entry_id: str) -> None:
        with psycopg.connect((place / "address").read_text()) as connection:
            connection.execute(
                "DELETE FROM perfgate_records WHERE name = 'outcome.json.gz' AND entry ="
                " (SELECT number FROM perfgate_entries WHERE id = %s)",
                (entry_id,),
            )


class TestABucket(StoreContract):
    opener = "tests.stores.support:bucket_at"

    @pytest.fixture
    def place(self, tmp_path: Path, s3: str) -> Path:
        folder = tmp_path / "store"
        folder.mkdir()
        return folder

    def damage(self, place: Path, entry_id: str) -> None:
        objects = from_url(
            f"s3://perfgate/{place.parent.name}", client_options={"allow_http": True}
        )
        names = [each["path"] for page in obstore.list(objects, f"{entry_id}/") for each in page]
        (record,) = (name for name in names if "/run-" in name)
        obstore.put(objects, record, b"{")


def spoil(repo: Path, entry_id: str) -> None:
    """Commit half of a record in place of the whole."""
    branch = "refs/heads/perfgate-baselines"
    blob = git(repo, "hash-object", "-w", "--stdin", given=b"{")
    listed = git(repo, "ls-tree", f"{branch}:{entry_id}").splitlines()
    kept = [line for line in listed if not line.endswith("\trun.json.gz")]
    lines = "\n".join([*kept, f"100644 blob {blob}\trun.json.gz"])
    entry = git(repo, "mktree", given=lines.encode())
    listed = git(repo, "ls-tree", branch).splitlines()
    others = [line for line in listed if not line.endswith(f"\t{entry_id}")]
    lines = "\n".join([*others, f"040000 tree {entry}\t{entry_id}"])
    root = git(repo, "mktree", given=lines.encode())
    who = ("-c", "user.name=a", "-c", "user.email=a@b")
    made = git(repo, *who, "commit-tree", root, "-p", branch, "-m", "spoiled")
    git(repo, "update-ref", branch, made)


# The suite itself belongs to plugin authors; here only its subclass runs.
del StoreContract
