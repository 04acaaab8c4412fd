from __future__ import annotations

import gzip
import json
import os
import shutil
from pathlib import Path

import pytest

from gate import process
from gate.core.reasons import Code
from gate.core.sample import Values, reduce_unit
from gate.core.sli import parse_sli
from gate.runners.bundle import RUNNER
from gate.runners.bundle.options import BundleOptions
from gate.seams.runner import Found, NotFound, Question, Ready, UnitAnswer, UnitFailed
from gate.testing.runner_contract import Case, Opened, opened, question
from gate.tools import Found as Tool

_TEXT = b"export const total = (items) => items.reduce((sum, item) => sum + item.price, 0);\n" * 50


def _write(root: Path, **files: bytes) -> None:
    for name, content in files.items():
        path = root / name.replace("__", "/").replace("_js", ".js").replace("_css", ".css")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def _case(root: Path, options: BundleOptions, *asked: Question, timeout: float = 20) -> Case:
    env = {"PERFGATE_CACHE": str(root.parent / "cache")}
    return Case(RUNNER, options, asked, root, env=env, timeout=timeout)


def _ask(case: Case, out: Path) -> UnitAnswer:
    with opened(case, out) as session:
        assert isinstance(session, Opened)
        answer = session.unit(0)
    assert isinstance(answer, UnitAnswer)
    return answer


def _sizes(answer: UnitAnswer) -> dict[str, float]:
    return {str(found.sli): reduce_unit(found.data, found.sli) for found in answer.found}


def _ready(case: Case, out: Path) -> Ready:
    with opened(case, out) as session:
        assert isinstance(session, Opened)
        return session.ready


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "tree"
    folder.mkdir()
    return folder


def test_a_part_is_the_sum_of_its_files(root: Path, tmp_path: Path) -> None:
    _write(root, dist__a_js=_TEXT, dist__b_js=_TEXT[:1000], dist__c_css=b"p{}")
    options = BundleOptions(files={"app": "dist/*.js"})
    asked = [
        question("a", "sum(size{encoding:raw,file:app})"),
        question("b", "sum(size{encoding:gzip,file:app})"),
        question("c", "max(size{encoding:raw,file:app})"),
        question("d", "count(files{file:app})"),
    ]
    answer = _ask(_case(root, options, *asked), tmp_path / "out")
    packed = sum(len(gzip.compress(content, 9, mtime=0)) for content in (_TEXT, _TEXT[:1000]))
    assert list(_sizes(answer).values()) == [len(_TEXT) + 1000, packed, len(_TEXT), 2]


def test_brotli_is_meant_where_no_encoding_is_named(root: Path, tmp_path: Path) -> None:
    _write(root, dist__a_js=_TEXT)
    options = BundleOptions(files={"app": "dist/*.js"})
    asked = (question("a", "sum(size{file:app})"), question("b", "sum(size{encoding:br,file:app})"))
    plain, named = _sizes(_ask(_case(root, options, *asked), tmp_path / "out")).values()
    assert plain == named < len(_TEXT) / 10


def test_hashed_names_do_not_matter(root: Path, tmp_path: Path) -> None:
    options = BundleOptions(files={"app": "dist/app.*.js"})
    case = _case(root, options, question("a", "sum(size{file:app})"))
    _write(root, **{"dist__app.3f9a_js": _TEXT})
    before = _ask(case, tmp_path / "one"), _ready(case, tmp_path / "two")
    (root / "dist/app.3f9a.js").rename(root / "dist/app.77c1.js")
    after = _ask(case, tmp_path / "three"), _ready(case, tmp_path / "four")
    assert _sizes(after[0]) == _sizes(before[0])
    assert after[1] == before[1]


@pytest.mark.needs_node
def test_brotli_sizes_are_those_of_node(root: Path, tmp_path: Path, node: Tool) -> None:
    for number, file in enumerate(sorted(Path(process.__file__).parent.glob("*.py"))):
        shutil.copy(file, root / f"{number}.js")
    program = (
        "const {brotliCompressSync} = require('zlib'), fs = require('fs');"
        "console.log(process.argv.slice(1)"
        ".reduce((n, f) => n + brotliCompressSync(fs.readFileSync(f)).length, 0))"
    )
    argv = [str(node.path), "-e", program, *map(str, root.glob("*.js"))]
    done = process.run(argv, timeout=60)
    assert isinstance(done, process.Finished)
    case = _case(root, BundleOptions(files={"app": "*.js"}), question("a", "sum(size{file:app})"))
    assert _sizes(_ask(case, tmp_path / "out")) == {"sum(size{file:app})": float(done.stdout)}


def test_each_file_is_answered_for_every_part(root: Path, tmp_path: Path) -> None:
    _write(root, dist__a_js=_TEXT, dist__b_css=b"p{}")
    files: dict[str, str | tuple[str, ...]] = {"js": "dist/*.js", "css": "**/*.css", "x": "x/*"}
    asked = question("a", "sum(size{encoding:raw})", each="file")
    answer = _ask(_case(root, BundleOptions(files=files), asked), tmp_path / "out")
    assert _sizes(answer) == {
        "sum(size{encoding:raw,file:js})": len(_TEXT),
        "sum(size{encoding:raw,file:css})": 3,
    }
    (lacking,) = answer.not_found
    assert lacking.sli.tag("file") == "x"


def test_a_file_of_two_parts_counts_once_in_their_sum(root: Path, tmp_path: Path) -> None:
    _write(root, a_js=_TEXT, b_js=_TEXT)
    options = BundleOptions(files={"all": "*.js", "one": "a.js"})
    answer = _ask(_case(root, options, question("a", "count(files)")), tmp_path / "out")
    assert _sizes(answer) == {"count(files)": 2}


def test_the_record_names_the_largest_files(root: Path, tmp_path: Path) -> None:
    for number in range(8):
        _write(root, **{f"dist__{number}_js": b"x" * (1000 * number + 10)})
    options = BundleOptions(files={"app": "dist/**"})
    case = _case(root, options, question("a", "sum(size{encoding:raw,file:app})"))
    (found,) = _ask(case, tmp_path / "out").found
    facts = dict(found.facts)
    assert facts["files"] == "8"
    assert facts["largest"].startswith("dist/7.js 7.01 kB, dist/6.js 6.01 kB")
    assert facts["largest"].count(",") == 4


def test_a_name_that_is_not_utf_8_is_measured_and_shown(root: Path, tmp_path: Path) -> None:
    for byte in (b"\xff", b"\xfe"):
        Path(os.fsdecode(os.fsencode(root) + b"/" + byte + b".js")).write_bytes(_TEXT + byte)
    options = BundleOptions(files={"app": "*.js"})
    case = _case(root, options, question("a", "sum(size{encoding:raw,file:app})"))
    (found,) = _ask(case, tmp_path / "out").found
    assert isinstance(found.data, Values)
    assert sum(found.data.values) == 2 * len(_TEXT) + 2
    json.dumps(found.facts).encode("utf-8")


@pytest.mark.parametrize(
    ("sli", "words"),
    [
        pytest.param("sum(size{file:ap})", "did you mean app?", id="a part that is not declared"),
        pytest.param("sum(size{encoding:gzp,file:app})", "did you mean gzip?", id="an encoding"),
    ],
)
def test_nothing_is_found_for(sli: str, words: str, root: Path, tmp_path: Path) -> None:
    _write(root, a_js=_TEXT)
    case = _case(root, BundleOptions(files={"app": "*.js"}), question("a", sli))
    (lacking,) = _ask(case, tmp_path / "out").not_found
    assert lacking.reason.code is Code.NOTHING_MATCHED
    assert words in lacking.reason.sentence


def test_the_shape_is_of_the_question_only(root: Path, tmp_path: Path) -> None:
    asked = [
        question("raw", "sum(size{encoding:raw,file:app})"),
        question("gzip", "sum(size{encoding:gzip,file:app})"),
        question("br", "sum(size{encoding:br,file:app})"),
        question("n", "count(files{file:app})"),
    ]

    def shapes(options: BundleOptions, out: str) -> dict[str, tuple[tuple[str, str], ...]]:
        return dict(_ready(_case(root, options, *asked), tmp_path / out).shapes)

    before = shapes(BundleOptions(files={"app": "*.js"}), "one")
    more = shapes(BundleOptions(files={"app": "*.js", "css": "*.css"}), "two")
    assert more == before
    levels = {"brotli": 5}
    softer = BundleOptions.model_validate({"files": {"app": "*.js"}, "levels": levels})
    changed = {name for name, shape in shapes(softer, "three").items() if shape != before[name]}
    assert changed == {"br"}
    assert dict(before["br"])["encoding"].startswith("brotli 1 level 11")
    assert dict(before["gzip"])["encoding"].startswith("zlib")
    moved = shapes(BundleOptions(files={"app": "dist/*.js"}), "four")
    assert all(moved[name] != before[name] for name in before)


def test_a_unit_ends_when_its_time_is_up(root: Path, tmp_path: Path) -> None:
    _write(root, a_js=os.urandom(300_000), b_js=os.urandom(300_000))
    options = BundleOptions(files={"app": "*.js"})
    case = _case(root, options, question("a", "sum(size{file:app})"), timeout=0.001)
    with opened(case, tmp_path / "out") as session:
        assert isinstance(session, Opened)
        failed = session.unit(0)
    assert isinstance(failed, UnitFailed)
    assert failed.reason.code is Code.TOOL_TIMED_OUT


def test_members_are_the_parts_and_the_encodings() -> None:
    options = BundleOptions(files={"app": "*.js", "css": ("*.css", "!x.css")})
    assert RUNNER.members(options, "file") == ("app", "css")
    assert RUNNER.members(options, "encoding") == ("raw", "gzip", "br")
    assert RUNNER.members(options, "page") == ()
    assert RUNNER.implied(options) == ()


def test_a_unit_gives_what_the_sli_asks(root: Path, tmp_path: Path) -> None:
    _write(root, a_js=_TEXT)
    case = _case(
        root,
        BundleOptions(files={"app": "*.js", "none": "none/*"}),
        Question("a", parse_sli("sum(size{encoding:raw,file:app})")),
        Question("b", parse_sli("sum(size{encoding:raw,file:none})")),
    )
    answer = _ask(case, tmp_path / "out")
    assert [type(each) for each in (*answer.found, *answer.not_found)] == [Found, NotFound]
