from __future__ import annotations

from typing import Any

import pytest

from gate.runners.lighthouse.targets import needs_base, targets_of
from tests.runners.lighthouse.support import options

STEPS = [
    {"goto": {"url": "/account", "lands_on": "/login"}},
    {"type": {"#name": "ann"}},
    {"press": "Enter"},
    {"scroll": 300},
    {"wait_for": "#done"},
    {"click": "#out"},
    {"goto": "https://example.com/"},
]


def test_pages_come_before_flows_and_have_names_of_files_of_their_own() -> None:
    read = options(pages={"../x": "/", "b": {"url": "/b", "lands_on": "/c"}}, flows={"f": STEPS})
    targets = targets_of(read, "http://127.0.0.1:1")
    assert [(t.id, t.name, t.title) for t in targets] == [
        ("page-0", "../x", "../x"),
        ("page-1", "b", "b"),
        ("flow-0", "f", "flow f"),
    ]
    assert [t.landings for t in targets] == [
        ("http://127.0.0.1:1/",),
        ("http://127.0.0.1:1/c",),
        ("http://127.0.0.1:1/login", "https://example.com/"),
    ]


def test_steps_are_told_in_the_words_of_the_harness() -> None:
    (flow,) = targets_of(options(flows={"f": STEPS}), "http://127.0.0.1:1")
    assert flow.steps == (
        {"kind": "goto", "url": "http://127.0.0.1:1/account"},
        {"kind": "type", "selector": "#name", "text": "ann"},
        {"kind": "press", "key": "Enter"},
        {"kind": "scroll", "pixels": 300},
        {"kind": "wait_for", "selector": "#done"},
        {"kind": "click", "selector": "#out"},
        {"kind": "goto", "url": "https://example.com/"},
    )


def test_what_shapes_the_series_does_not_depend_on_the_port() -> None:
    read = options(pages={"b": {"url": "/b", "lands_on": "/c"}}, flows={"f": STEPS})
    one, two = (
        [target.declared for target in targets_of(read, base)]
        for base in ("http://127.0.0.1:1", "http://127.0.0.1:2")
    )
    assert one == two
    assert one[0] == "/b -> /c"
    assert one[1].startswith("goto /account -> /login; type #name ann; press Enter; scroll 300")


@pytest.mark.parametrize(
    ("keys", "needed"),
    [
        pytest.param({"pages": {"a": "https://example.com/"}}, False, id="only URLs"),
        pytest.param({"pages": {"a": "/"}}, True, id="a path"),
        pytest.param(
            {"pages": {"a": {"url": "https://example.com/", "lands_on": "/de"}}},
            True,
            id="a path to land on",
        ),
        pytest.param(
            {"flows": {"f": [{"goto": "https://e.com/"}, {"click": "#a"}, {"goto": "/b"}]}},
            True,
            id="a path late in a flow",
        ),
    ],
)
def test_paths_need_a_base(keys: dict[str, Any], *, needed: bool) -> None:
    assert needs_base(options(**keys)) is needed
