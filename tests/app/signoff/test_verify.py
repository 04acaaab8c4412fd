"""A sign-off holds byte by byte, follows from what was measured, or is refused with the reason."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gate.app.signoff import seal
from gate.app.signoff.evidence import digest
from gate.app.signoff.verify import Trust, verify
from gate.core.exits import Exit
from gate.core.run import BaseTree
from gate.core.signoff import Result
from gate.core.verdict import Effect
from gate.errors import GateError, RecordError, ToolError, UsageError
from gate.record import encode_outcome, encode_run
from gate.record.signoff import decode_signoff, encode_signoff
from gate.testing import samples
from gate.testing.sample_signoffs import GIVEN
from tests.app.signoff.sealed import (
    NOW,
    RUN,
    allowed,
    make,
    new_key,
    past,
    sealed_again,
    story,
    utc,
)

ssh = pytest.mark.needs_ssh_keygen


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make(tmp_path / "signoff", pasts=(past(), past("old-2"))).folder


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An unsigned sign-off that no test changes for good."""
    place = tmp_path_factory.mktemp("shared") / "signoff"
    return make(place, pasts=(past(),), stories=(story(),)).folder


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return new_key(tmp_path_factory.mktemp("keys") / "id")


@pytest.fixture(scope="module")
def signed(tmp_path_factory: pytest.TempPathFactory, key: Path) -> Path:
    return make(tmp_path_factory.mktemp("signed") / "signoff", pasts=(past(),), key=key).folder


def refused(folder: Path, *words: str, trust: Trust | None = None) -> None:
    with pytest.raises(RecordError) as error:
        verify(folder, trust or Trust(), NOW)
    for each in words:
        assert each in error.value.message


def files_of(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


class TestItHolds:
    def test_what_was_sealed_is_verified(self, folder: Path) -> None:
        found = verify(folder, Trust(), NOW)
        assert found.outcome.exit is Exit.MISSING
        assert found.document.result is Result.FAILED
        assert found.document.given.release.name == "v1.4"
        assert "judged again" in " ".join(found.said)
        assert "it is not signed" in " ".join(found.notes)

    def test_the_digest_of_its_manifest_stands_for_a_signature(self, tmp_path: Path) -> None:
        made = make(tmp_path / "signoff")
        found = verify(made.folder, Trust(digest=f"sha256:{made.digest}"), NOW)
        assert found.notes == ()
        refused(made.folder, "not the one of --digest", trust=Trust(digest="ab" * 32))

    def test_it_is_written_alike_from_the_same(self, tmp_path: Path) -> None:
        assert make(tmp_path / "one").digest == make(tmp_path / "two").digest

    def test_a_waiver_that_ended_since_is_said(self, folder: Path) -> None:
        found = verify(folder, Trust(), utc("2027-02-01T00:00:00Z"))
        assert "has expired since, on 2026-12-31" in " ".join(found.notes)

    def test_an_artifact_is_known_by_its_content(self, tmp_path: Path) -> None:
        file = tmp_path / "app.tar.gz"
        file.write_bytes(b"release")
        own = digest("dist/app.tar.gz", b"release")
        made = make(tmp_path / "signoff", artifacts=(own,)).folder
        assert "1 artifacts" in " ".join(verify(made, Trust(artifacts=(file,)), NOW).said)
        file.write_bytes(b"Release")
        refused(made, "app.tar.gz is no artifact", trust=Trust(artifacts=(file,)))
        with pytest.raises(UsageError, match="no such file"):
            verify(made, Trust(artifacts=(tmp_path / "none",)), NOW)


class TestOneByte:
    """The must-show: any byte of any file, changed, removed or added, is found."""

    @settings(max_examples=150)
    @given(st.data())
    def test_a_changed_byte_of_any_file_is_refused(self, shared: Path, data: st.DataObject) -> None:
        file = data.draw(st.sampled_from(files_of(shared)))
        whole = file.read_bytes()
        at = data.draw(st.integers(0, len(whole) - 1))
        other = data.draw(st.integers(1, 255))
        changed = bytearray(whole)
        changed[at] ^= other
        try:
            file.write_bytes(changed)
            refused(shared)
        finally:
            file.write_bytes(whole)

    @pytest.mark.parametrize("mask", [0x01, 0x20, 0xFF], ids=["a bit", "its case", "all bits"])
    def test_every_byte_of_an_unsigned_manifest(self, shared: Path, mask: int) -> None:
        file = shared / seal.MANIFEST
        whole = file.read_bytes()
        try:
            for at in range(len(whole)):
                changed = bytearray(whole)
                changed[at] ^= mask
                file.write_bytes(changed)
                refused(shared)
        finally:
            file.write_bytes(whole)

    @pytest.mark.parametrize("change", ["cut", "empty", "longer"])
    def test_every_file_has_its_length(self, shared: Path, change: str) -> None:
        for file in files_of(shared):
            whole = file.read_bytes()
            made = {"cut": whole[:-1], "empty": b"", "longer": whole + b"\n"}[change]
            try:
                file.write_bytes(made)
                refused(shared)
            finally:
                file.write_bytes(whole)

    @pytest.mark.parametrize("name", ["run.json", "signoff.html", "manifest.json"])
    def test_a_file_that_grew_is_told_as_any_other_change(self, folder: Path, name: str) -> None:
        with (folder / name).open("ab") as file:
            file.truncate(20_000_000)
        with pytest.raises(
            RecordError, match=f"the sign-off does not hold: {name} is larger"
        ) as error:
            verify(folder, Trust(), NOW)
        assert "it was changed after it was signed off" in str(error.value.hint)

    @ssh
    @settings(max_examples=120)
    @given(st.data())
    def test_a_changed_byte_of_a_signed_one_is_refused(
        self, signed: Path, data: st.DataObject
    ) -> None:
        names = [seal.MANIFEST, seal.SIGNATURE, seal.SIGNATURE, seal.SIGNATURE, seal.STATEMENT]
        file = signed / data.draw(st.sampled_from(names))
        whole = file.read_bytes()
        at = data.draw(st.integers(0, len(whole) - 1))
        changed = bytearray(whole)
        changed[at] ^= data.draw(st.integers(1, 255))
        try:
            file.write_bytes(changed)
            refused(signed)
        finally:
            file.write_bytes(whole)


class TestTheFolder:
    @pytest.mark.parametrize("name", ["run.json", "outcome.json", "signoff.html", "statement.json"])
    def test_a_file_that_is_gone_is_missed(self, folder: Path, name: str) -> None:
        (folder / name).unlink()
        refused(folder, f"{name} is missing")

    def test_without_a_manifest_it_is_none(self, folder: Path) -> None:
        (folder / seal.MANIFEST).unlink()
        with pytest.raises(RecordError, match="is no sign-off"):
            verify(folder, Trust(), NOW)

    @pytest.mark.parametrize("name", ["more.txt", "baseline/02.run.json.bak", "manifest.json.sig"])
    def test_a_file_more_is_refused(self, folder: Path, name: str) -> None:
        (folder / name).write_bytes(b"x")
        refused(folder, "is no part of it")

    @pytest.mark.parametrize("name", ["more", "baseline/more"])
    def test_a_folder_more_is_refused(self, folder: Path, name: str) -> None:
        (folder / name).mkdir()
        refused(folder, "no regular file")

    def test_an_empty_folder_more_is_refused(self, tmp_path: Path) -> None:
        made = make(tmp_path / "signoff").folder
        (made / "baseline").mkdir()
        refused(made, "is no part of it")

    @pytest.mark.skipif(os.name == "nt", reason="links need rights there")
    def test_a_link_is_refused_though_it_leads_to_the_same(self, folder: Path) -> None:
        elsewhere = folder.with_name("run.json")
        (folder / "run.json").rename(elsewhere)
        (folder / "run.json").symlink_to(elsewhere)
        refused(folder, "'run.json' is a link")

    @pytest.mark.skipif(os.name == "nt", reason="there are none")
    def test_a_pipe_is_refused_and_never_waited_for(self, folder: Path) -> None:
        (folder / "signoff.html").unlink()
        os.mkfifo(folder / "signoff.html")
        refused(folder, "no regular file")

    def test_more_files_than_anybody_reads_are_refused(self, folder: Path) -> None:
        for number in range(300):
            (folder / f"x{number}").touch()
        refused(folder, "more than 300 files")

    def test_a_file_of_any_size_is_read_up_to_what_was_sealed(self, folder: Path) -> None:
        with (folder / "run.json").open("r+b") as file:
            file.truncate(1 << 40)
        refused(folder, "larger than")

    def test_a_manifest_may_not_ask_for_all_memory(self, folder: Path) -> None:
        manifest = folder / seal.MANIFEST
        told = manifest.read_bytes()
        size = str((folder / "run.json").stat().st_size).encode()
        manifest.write_bytes(told.replace(b'"size":' + size, b'"size":99999999999'))
        refused(folder, "larger than any that perfgate writes")

    def test_there_is_no_such_folder(self, tmp_path: Path) -> None:
        with pytest.raises(RecordError, match="no such folder"):
            verify(tmp_path / "none", Trust(), NOW)


def _better(folder: Path) -> dict[str, bytes]:
    found = verify(folder, Trust(), NOW).outcome
    rows = tuple(replace(row, effect=Effect.NONE) for row in found.rows)
    return {"outcome.json": encode_outcome(replace(found, rows=rows, exit=Exit.OK))}


def _page(folder: Path) -> dict[str, bytes]:
    return {"signoff.html": (folder / "signoff.html").read_bytes().replace(b"FAILED", b"PASSED")}


def _statement(folder: Path) -> dict[str, bytes]:
    return {"statement.json": (folder / "statement.json").read_bytes().replace(b"FAIL", b"PASS")}


def _predicate(folder: Path) -> dict[str, bytes]:
    return {"predicate.json": (folder / "predicate.json").read_bytes().replace(b"FAIL", b"PASS")}


def _document(folder: Path, **facts: Any) -> dict[str, bytes]:
    document = decode_signoff((folder / "signoff.json").read_bytes())
    return {"signoff.json": encode_signoff(replace(document, **facts))}


def _given(folder: Path, **facts: Any) -> dict[str, bytes]:
    document = decode_signoff((folder / "signoff.json").read_bytes())
    return _document(folder, given=replace(document.given, **facts))


Forged = Callable[[Path], dict[str, bytes]]


class TestForgedThroughout:
    """Every digest was made to fit: what was said does not follow from what was measured."""

    @pytest.mark.parametrize(
        ("forged", "why"),
        [
            pytest.param(_better, "another digest of outcome.json", id="a better outcome"),
            pytest.param(_page, "signoff.html does not follow", id="a better page"),
            pytest.param(_statement, "statement.json does not follow", id="a better statement"),
            pytest.param(_predicate, "predicate.json does not follow", id="a better predicate"),
            pytest.param(
                lambda f: _document(f, result=Result.PASSED),
                "signoff.json does not",
                id="the result",
            ),
            pytest.param(lambda f: _document(f, waivers=()), "does not follow", id="no waiver"),
            pytest.param(lambda f: _document(f, ended="2026"), "does not follow", id="the end"),
            pytest.param(
                lambda f: _given(f, records=GIVEN.records), "another digest", id="other records"
            ),
            pytest.param(lambda f: _given(f, baselines=()), "is in no list", id="no baselines"),
            pytest.param(lambda f: _given(f, records=()), "is in no list", id="no records"),
            pytest.param(lambda f: _given(f, signed=True), "disagree", id="signed, it says"),
            pytest.param(
                lambda f: _given(f, at="2026-11-20T09:37:00Z"), "at another time", id="the time"
            ),
        ],
    )
    def test_it_is_refused(self, folder: Path, forged: Forged, why: str) -> None:
        sealed_again(folder, forged(folder))
        refused(folder, why)

    def test_a_history_that_nobody_judged_by(self, tmp_path: Path) -> None:
        made = make(tmp_path / "signoff", stories=(story(),)).folder
        assert verify(made, Trust(), NOW).document.given.history is not None
        sealed_again(made, _given(made, history=None))
        refused(made, "'history.json' is in no list")

    def test_an_outcome_that_nobody_judged(self, folder: Path) -> None:
        forged = _better(folder)
        document = decode_signoff((folder / "signoff.json").read_bytes())
        records = (
            document.given.records[0],
            digest("outcome.json", forged["outcome.json"]),
        )
        sealed_again(folder, forged | _given(folder, records=records))
        refused(folder, "judging run.json again does not give outcome.json")

    @pytest.mark.parametrize(
        ("made", "why"),
        [
            pytest.param(
                {"run": replace(RUN, commit=replace(RUN.commit, sha="ab" * 20))},
                "of another commit than the release",
                id="another commit",
            ),
            pytest.param(
                {"run": replace(RUN, commit=replace(RUN.commit, dirty=True))},
                "uncommitted changes",
                id="a dirty tree",
            ),
            pytest.param(
                {"run": samples.run()}, "not judged by the rules", id="a profile that is looser"
            ),
            pytest.param(
                {"run": replace(RUN, base=BaseTree("cd" * 20, "v1.2", 1))},
                "beside another commit",
                id="another base",
            ),
            pytest.param(
                {"at": "2026-11-20T09:00:00Z"}, "before the measuring had ended", id="backdated"
            ),
            pytest.param({"at": "2036-11-20T09:00:00Z"}, "in the future", id="postdated"),
            pytest.param({"at": "2026-11-20"}, "is no time in UTC", id="no time"),
            pytest.param(
                {"pasts": (replace(past(), run=RUN),)}, "belongs to another run", id="a mixed entry"
            ),
            pytest.param(
                {"pasts": (past(),), "previous": replace(GIVEN.previous, commit="ef" * 20)},
                "of another commit than the release before",
                id="other stored runs",
            ),
        ],
    )
    def test_what_may_not_be_of_a_sign_off(
        self, tmp_path: Path, made: dict[str, Any], why: str
    ) -> None:
        refused(make(tmp_path / "signoff", **made).folder, why)

    def test_a_run_that_never_began_is_not_sealed(self, tmp_path: Path) -> None:
        with pytest.raises(RecordError, match="is no time in UTC"):
            make(tmp_path / "signoff", run=replace(RUN, started="once"))

    def test_a_record_written_in_another_way(self, folder: Path) -> None:
        run = encode_run(RUN).replace(b'":', b'": ')
        document = decode_signoff((folder / "signoff.json").read_bytes())
        records = (digest("run.json", run), document.given.records[1])
        sealed_again(folder, {"run.json": run} | _given(folder, records=records))
        refused(folder, "run.json is not written as perfgate writes it")

    def test_another_version_is_said_and_passes_nothing(self, tmp_path: Path) -> None:
        made = make(tmp_path / "signoff", perfgate="0.0.1").folder
        with pytest.raises(ToolError, match=r"perfgate 0\.0\.1 .* nothing was judged again") as no:
            verify(made, Trust(), NOW)
        assert no.value.exit is Exit.MISSING


@ssh
class TestTheSignature:
    def test_it_is_that_of_the_identity(self, signed: Path, key: Path, tmp_path: Path) -> None:
        trust = Trust(allowed(tmp_path / "allowed", key), "ada@example.org")
        found = verify(signed, trust, NOW)
        assert found.notes == ()
        assert "signed by ada@example.org with ED25519 SHA256:" in " ".join(found.said)

    def test_without_a_list_it_says_what_it_does_not_show(self, signed: Path) -> None:
        found = verify(signed, Trust(), NOW)
        assert "whose key that is nobody has said" in " ".join(found.notes)

    def test_another_key_is_refused(self, signed: Path, tmp_path: Path) -> None:
        other = allowed(tmp_path / "allowed", new_key(tmp_path / "other"))
        refused(signed, "not one of ada@example.org", trust=Trust(other, "ada@example.org"))

    def test_another_identity_is_refused(self, signed: Path, key: Path, tmp_path: Path) -> None:
        trust = Trust(allowed(tmp_path / "allowed", key), "mallory@example.org")
        refused(signed, "not one of mallory@example.org", trust=trust)

    def test_a_signature_of_other_bytes_is_refused(
        self, signed: Path, key: Path, tmp_path: Path
    ) -> None:
        mine, other = tmp_path / "mine", make(tmp_path / "other", key=key, url="https://x.example")
        shutil.copytree(signed, mine)
        shutil.copy(other.folder / seal.SIGNATURE, mine / seal.SIGNATURE)
        refused(mine, "the signature does not fit")

    def test_one_that_was_taken_away_is_missed(self, signed: Path, tmp_path: Path) -> None:
        mine = tmp_path / "mine"
        shutil.copytree(signed, mine)
        (mine / seal.SIGNATURE).unlink()
        refused(mine, "manifest.json.sig is missing")

    def test_an_unsigned_one_is_refused_where_a_signature_is_asked_for(
        self, shared: Path, key: Path, tmp_path: Path
    ) -> None:
        trust = Trust(allowed(tmp_path / "allowed", key), "ada@example.org")
        refused(shared, "it is not signed", trust=trust)

    @pytest.mark.parametrize(
        ("trust", "why"),
        [
            pytest.param(Trust(Path("none"), "ada"), "no such file", id="no list"),
            pytest.param(Trust(Path("none"), ""), "belong together", id="no identity"),
            pytest.param(Trust(None, "ada"), "belong together", id="an identity alone"),
        ],
    )
    def test_half_an_order_is_an_error(self, signed: Path, trust: Trust, why: str) -> None:
        with pytest.raises(GateError, match=why):
            verify(signed, trust, NOW)
