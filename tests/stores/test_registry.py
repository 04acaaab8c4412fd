from __future__ import annotations

import sys
from pathlib import Path

import pytest

from gate.errors import StoreError
from gate.stores import open_store
from gate.stores.folder import FolderStore
from tests.conftest import Golden


@pytest.mark.parametrize(
    ("address", "folder", "shared"),
    [
        pytest.param("", "{root}/.gate/baselines", False, id="nothing is the scratch folder"),
        pytest.param("folder:perf/runs", "{root}/perf/runs", False, id="below the root"),
        pytest.param("folder:/var/runs", "/var/runs", False, id="or anywhere"),
        pytest.param("shared-folder:/mnt/a:b", "/mnt/a:b", True, id="also with a colon"),
        pytest.param("folder:~/runs", "{home}/runs", False, id="or at home"),
    ],
)
def test_an_address_is_a_folder(
    address: str, folder: str, shared: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    store = open_store(address, tmp_path)
    expected = Path(folder.format(root=tmp_path, home=tmp_path / "home"))
    assert isinstance(store, FolderStore)
    assert (store.folder, store.shared) == (expected, shared)
    assert not store.folder.exists()


@pytest.mark.parametrize(
    "address",
    [
        "folder",
        "folder:",
        "shared-folder:",
        "folder:a\0b",
        "foldr:x",
        "artifacts:perfgate",
        ":x",
        "/var/runs",
        "folder:~nobody-at-all/x",
    ],
)
def test_what_is_no_address(address: str, tmp_path: Path, golden: Golden) -> None:
    with pytest.raises(StoreError) as caught:
        open_store(address, tmp_path)
    name = "".join(c if c.isalnum() else "_" for c in address)
    golden(f"{name}.txt", f"{caught.value.message}\nhint: {caught.value.hint}\n")


def test_a_token_that_logs_in_alone_is_a_password(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="holds a password") as caught:
        open_store("git:https://t0ken-value@example.org/runs.git#runs", tmp_path)
    assert "t0ken-value" not in caught.value.message


def test_what_a_variable_holds_is_not_shown_as_a_kind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BASELINES", "t0ken-value")
    with pytest.raises(StoreError, match="that a variable names") as caught:
        open_store("${BASELINES}", tmp_path)
    assert "t0ken-value" not in f"{caught.value.message} {caught.value.hint}"


@pytest.fixture
def plugins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of installed packages that offer stores."""
    site = tmp_path / "site"
    offers = {
        "mine": "memory = mine_store:open_at\nbroken = mine_store:nothing\nfolder = x:y\ntwo = a:b",
        "other": "absent = no_such_module:x\ntwo = c:d",
    }
    for package, text in offers.items():
        info = site / f"{package}-1.0.dist-info"
        info.mkdir(parents=True)
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n")
        (info / "entry_points.txt").write_text(f"[gate.stores]\n{text}\n")
    (site / "mine_store.py").write_text(
        "from gate.stores.folder import FolderStore\n"
        "def open_at(place, root):\n"
        "    return FolderStore(root / 'memory' / place)\n"
    )
    monkeypatch.syspath_prepend(str(site))
    monkeypatch.delitem(sys.modules, "mine_store", raising=False)
    return site


@pytest.mark.usefixtures("plugins")
class TestPlugins:
    def test_one_opens_its_own_kind(self, tmp_path: Path) -> None:
        store = open_store("memory:a/b", tmp_path)
        assert isinstance(store, FolderStore)
        assert store.folder == tmp_path / "memory" / "a" / "b"

    def test_one_never_replaces_a_built_in_kind(self, tmp_path: Path) -> None:
        assert isinstance(open_store("folder:x", tmp_path), FolderStore)

    @pytest.mark.parametrize(
        ("address", "message", "hint"),
        [
            pytest.param(
                "broken:x",
                "store 'broken' of mine cannot be loaded: module 'mine_store' has no attribute "
                "'nothing'",
                "upgrade or uninstall that package",
                id="that has no such opener",
            ),
            pytest.param(
                "absent:x",
                "store 'absent' of other cannot be loaded: No module named 'no_such_module'",
                "upgrade or uninstall that package",
                id="that cannot be imported",
            ),
            pytest.param(
                "two:x",
                "store 'two' is offered twice: mine, other",
                "uninstall one of them",
                id="that two packages offer",
            ),
        ],
    )
    def test_one(self, tmp_path: Path, address: str, message: str, hint: str) -> None:
        with pytest.raises(StoreError) as caught:
            open_store(address, tmp_path)
        assert (caught.value.message, caught.value.hint) == (message, hint)

    def test_they_are_named_among_the_kinds(self, tmp_path: Path) -> None:
        with pytest.raises(StoreError) as caught:
            open_store("memry:x", tmp_path)
        assert caught.value.hint.startswith("did you mean memory? ")
