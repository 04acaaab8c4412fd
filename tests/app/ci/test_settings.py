from __future__ import annotations

import pytest

from gate.app.ci.settings import Command, Comments, Settings, settings_of
from gate.errors import UsageError


def test_nothing_is_the_default() -> None:
    assert settings_of({}) == Settings()
    empty = {f"PERFGATE_{name}": "" for name in ("ARGS", "BUDGETS", "COMMENT", "CHECK_RUN")}
    assert settings_of(empty) == Settings()


def test_every_input_has_its_place() -> None:
    found = settings_of(
        {
            "PERFGATE_COMMAND": "judge",
            "PERFGATE_ARGS": "--keep\n\n  shards/a b.json  \r\n",
            "PERFGATE_COMMENT": "on-change",
            "PERFGATE_COMMENT_KEY": "api",
            "PERFGATE_CHECK_RUN": "true",
            "PERFGATE_REPORT_DIR": "out",
        }
    )
    assert found == Settings(
        command=Command.JUDGE,
        arguments=("--keep", "shards/a b.json"),
        comment=Comments.ON_CHANGE,
        key="api",
        check_run=True,
        report_dir="out",
    )


def test_budgets_are_folders_and_become_options() -> None:
    found = settings_of({"PERFGATE_BUDGETS": "api/budgets\nweb/my budgets\n"}, ("--quiet",))
    assert found.arguments == ("--quiet", "--budgets=api/budgets", "--budgets=web/my budgets")


@pytest.mark.parametrize(
    ("word", "arguments", "base"),
    [("", (), False), ("base", (), True), ("v1.3", ("--against=v1.3",), False)],
)
def test_against(word: str, arguments: tuple[str, ...], base: bool) -> None:
    found = settings_of({"PERFGATE_AGAINST": word})
    assert (found.arguments, found.against_base) == (arguments, base)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("COMMAND", "Check"),
        ("COMMAND", "check\nmeasure"),
        ("COMMENT", "yes"),
        ("CHECK_RUN", "on"),
        ("BUDGETS", "--out=/etc"),
        ("AGAINST", "--upload-pack=x"),
        ("REPORT_DIR", "-x"),
    ],
)
def test_what_is_wrong_is_named(name: str, value: str) -> None:
    with pytest.raises(UsageError, match=name.lower().replace("_", "-")):
        settings_of({f"PERFGATE_{name}": value})
