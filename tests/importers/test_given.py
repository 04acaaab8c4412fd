"""A file of somebody else's is data, however it is made."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gate.importers import FORMATS, Given, UnreadableError, detect, written
from gate.importers.given import MOST_BYTES
from gate.spec.yaml_read import read_document
from tests.helpers.importing import EVERY


def _document(text: str) -> object:
    return Given("x.yml", text).document()


@pytest.mark.parametrize(
    ("text", "value"),
    [
        pytest.param("on: 1", {"on": 1}, id="`on` is a text"),
        pytest.param("a: 1:30", {"a": "1:30"}, id="no base 60"),
        pytest.param("a: 1e-3", {"a": 0.001}, id="an exponent without a dot"),
        pytest.param("a: 2026-01-01", {"a": "2026-01-01"}, id="no date"),
        pytest.param("a: !!python/name:os.system x", {"a": "x"}, id="no tag is obeyed"),
        pytest.param("a: &x [1]\nb: *x", {"a": [1], "b": [1]}, id="an anchor is shared"),
        pytest.param("a: &x {k: 1}\nb: {<<: *x, l: 2}", {"a": {"k": 1}, "b": {"k": 1, "l": 2}},
                     id="a merged key"),
        pytest.param("a: *nowhere", {"a": None}, id="an anchor that is not there"),
        pytest.param("? [1, 2]\n: x", {"?": "x"}, id="a key that is a list"),
        pytest.param('{"a": 1}', {"a": 1}, id="JSON"),
        pytest.param("\ufeff{a: 1}", {"a": 1}, id="a byte order mark"),
        pytest.param("", None, id="nothing"),
    ],
)  # fmt: skip
def test_plain_values_come_out(text: str, value: object) -> None:
    assert _document(text) == value


_BOMB = "a: &a [x, x]\n" + "".join(
    f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join([f'*{chr(97 + n)}'] * 9)}]\n" for n in range(20)
)
_MERGES = "a: &a {" + ", ".join(f"k{n}: 1" for n in range(2000)) + "}\n"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        pytest.param("[" * 100_000, "nested more than 64 deep", id="a deep list"),
        pytest.param('{"a":' * 100_000, "deep|JSON nor YAML", id="deep JSON"),
        pytest.param("- x\n" * 60_000, "more than 50000", id="many values"),
        pytest.param("---\nx\n" * 300, "more than 200 documents", id="many documents"),
        pytest.param("x" * (MOST_BYTES + 1), "larger than", id="a large file"),
        pytest.param("a: [1", "neither JSON nor YAML", id="no YAML"),
        pytest.param("\x00", "neither JSON nor YAML", id="a control character"),
        pytest.param(
            _MERGES + "".join(f"m{n}: {{<<: *a}}\n" for n in range(100)),
            "more than 50000",
            id="merged again and again",
        ),
    ],
)
def test_what_grows_is_refused(text: str, why: str) -> None:
    with pytest.raises(UnreadableError, match=why):
        _document(text)


def test_anchors_do_not_multiply() -> None:
    assert isinstance(_document(_BOMB), dict)


_NAMES = st.sampled_from(
    [
        *("thresholds", "ci", "assert", "assertions", "collect", "url", "settings", "size-limit"),
        *("path", "limit", "maxSize", "files", "objectives", "sli", "pass", "criteria", "warning"),
        *("apiVersion", "kind", "spec", "indicator", "ratioMetric", "target", "value", "op"),
        *("jobs", "steps", "run", "uses", "with", "tool", "alert-threshold", "timings", "metric"),
        *("budget", "resourceSizes", "resourceType", "assertMatrix", "matchingUrlPattern", "name"),
    ]
)
_LEAVES = st.sampled_from(
    [
        *(
            "p(95)<300",
            "rate<0.01",
            "10 kB",
            "<=+10%",
            "<600",
            "response_time_p95",
            "200%",
            "error",
        ),
        *("*.js", "../x", "/etc/passwd", "http://h/", "SLO", "openslo/v1", "pytest", "script"),
        *("bencher run --threshold-measure latency x", "\x1b[2J", "\u202e", "a\nb: c", "'", '"'),
        *('"}\n- x: {', "# x", "${SECRET}", "$$", "\ud800", "&a", "*a", "!!x", "{{", "%", "- "),
        *(1, 0, -1, 1e308, 0.1, True, None, 10**30, float("inf")),
    ]
)
_TREES = st.recursive(
    _LEAVES | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(_NAMES | st.text(max_size=4), inner)
    ),
    max_leaves=12,
)


@pytest.mark.parametrize("name", [each.name for each in FORMATS])
@given(tree=_TREES)
@settings(max_examples=60)
def test_whatever_a_file_holds_becomes_a_budget_that_can_be_read_or_a_reason(
    name: str, tree: object
) -> None:
    chosen = next(each for each in FORMATS if each.name == name)
    made = _Tree("package.json", tree)
    imported = chosen.read(made, EVERY)
    for draft in imported.drafts:
        text = written(draft, source="x\ny", by="z")
        document = read_document(text.text.encode(), "b.yml")
        assert document.problems == ()
        assert isinstance(document.data, dict)
        objectives = document.data["objectives"]
        assert isinstance(objectives, list)
        assert len(objectives) == len(draft.promises) == len(text.lines)
        told = [each["sli"] for each in objectives if isinstance(each, dict)]
        assert told == [each.sli for each in draft.promises]


class _Tree(Given):
    """A file that was read already."""

    def __init__(self, path: str, tree: object) -> None:
        super().__init__(path, "bencher")
        self._tree: object
        object.__setattr__(self, "_tree", tree)

    def documents(self) -> tuple[object, ...]:
        return (self._tree,)


@given(text=st.text(max_size=60))
@settings(max_examples=60)
def test_looking_at_any_text_ends(text: str) -> None:
    for path in ("x.yml", "package.json", "x.js", "x.sh", ".size-limit.js", "lighthouserc.yml"):
        detect(Given(path, text))
