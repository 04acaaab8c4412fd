from __future__ import annotations

import pytest
from pydantic import ValidationError

from gate.runners.bundle.options import BundleOptions


def test_a_glob_or_a_list_of_globs() -> None:
    files = {"app": "dist/*.js", "css": ["a.css", "b.css"]}
    options = BundleOptions.model_validate({"files": files})
    assert options.globs("app") == ("dist/*.js",)
    assert options.globs("css") == ("a.css", "b.css")
    assert (options.levels.brotli, options.levels.gzip) == (11, 9)


@pytest.mark.parametrize(
    "written",
    [
        pytest.param({}, id="no files"),
        pytest.param({"files": {}}, id="no part"),
        pytest.param({"files": "dist/*.js"}, id="a part without a name"),
        pytest.param({"files": {"app": []}}, id="no glob"),
        pytest.param({"files": {"app": ""}}, id="an empty glob"),
        pytest.param({"files": {"": "x"}}, id="an empty name"),
        pytest.param({"files": {"app": "/etc/passwd"}}, id="an absolute path"),
        pytest.param({"files": {"app": "../other/*.js"}}, id="a path out of the tree"),
        pytest.param({"files": {"app": ["a/*.js", "!../x"]}}, id="the same, taken out"),
        pytest.param({"files": {"app": "dist\\*.js"}}, id="a backslash"),
        pytest.param({"files": {"app": 7}}, id="a number"),
        pytest.param({"files": {"app": "x"}, "levels": {"brotli": 12}}, id="no such level"),
        pytest.param({"files": {"app": "x"}, "levels": {"gzip": 0}}, id="no compression"),
        pytest.param({"files": {"app": "x"}, "levels": {"zstd": 3}}, id="no such compressor"),
        pytest.param({"files": {"app": "x"}, "level": 3}, id="an unknown key"),
    ],
)
def test_refused(written: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        BundleOptions.model_validate(written)
