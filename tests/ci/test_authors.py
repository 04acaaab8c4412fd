"""Who moved it: the commits between two runs, as far as the checkout knows them."""

from pathlib import Path

import pytest

from gate.ci.authors import MOST, commits_between
from gate.ci.git import NoRepository, repository
from tests.ci.support import Tree


def test_the_commits_after_one_up_to_another(tree: Tree) -> None:
    first, *_, last = [tree.commit() for _ in range(3)]
    found = commits_between(repository(tree.root), first, last)
    assert found is not None
    assert (found.count, found.authors) == (2, ("Ann",))
    assert [(each.author, each.subject) for each in found.told] == [
        ("Ann", "commit 3"),
        ("Ann", "commit 2"),
    ]


def test_of_many_some_are_told_and_all_are_counted(tree: Tree) -> None:
    first, *_, last = [tree.commit() for _ in range(MOST + 4)]
    found = commits_between(repository(tree.root), first, last)
    assert found is not None
    assert (found.count, len(found.told)) == (MOST + 3, MOST)


def test_names_that_are_no_text_come_as_text(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    first = tree.commit()
    tree.git("config", "i18n.commitEncoding", "ISO-8859-1")
    tree.write("more")
    tree.git("add", "-A")
    tree.git("commit", "-q", "-m", "x\x01y", "--author", "\udce9ve <e@example.org>")
    found = commits_between(repository(tree.root), first, tree.head)
    assert found is not None
    assert found.told[0].author.isprintable()
    found.told[0].author.encode()


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("f" * 40, "HEAD"),
        ("--output=/tmp/x", "0" * 40),
        ("", ""),
        ("0" * 40, "1" * 40),
        ("abc def", "0" * 40),
    ],
    ids=["a name", "an option", "nothing", "unknown commits", "two words"],
)
def test_what_is_not_known_here_is_nobody(tree: Tree, first: str, last: str) -> None:
    tree.commit()
    assert commits_between(repository(tree.root), first, last) is None


def test_outside_git_nobody_is_known(tmp_path: Path) -> None:
    assert commits_between(NoRepository(tmp_path), "0" * 40, "1" * 40) is None
