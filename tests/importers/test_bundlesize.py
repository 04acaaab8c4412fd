from __future__ import annotations

import pytest

from tests.helpers.importing import ours, read

_ENTRY = {"path": "./dist/*.js", "maxSize": "30 kB"}


@pytest.mark.parametrize(
    ("content", "path"),
    [
        pytest.param({"bundlesize": [_ENTRY]}, "package.json", id="in package.json"),
        pytest.param({"files": [_ENTRY]}, "bundlesize.config.json", id="a file of its own"),
    ],
)
def test_entries_are_limits_of_each_file(content: object, path: str) -> None:
    imported = read("bundlesize", content, path)
    assert ours(imported) == ['max(size{encoding:gzip,file:"dist/*.js"}): limit 30 KiB']
