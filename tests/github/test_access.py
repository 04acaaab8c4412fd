from __future__ import annotations

import pytest

from gate.github.access import Access, access_of
from gate.github.errors import GitHubError

HERE = {"GITHUB_REPOSITORY": "team/shop"}


def test_without_more_it_is_the_public_github() -> None:
    found = access_of(HERE)
    assert (found.api, found.graphql) == (
        "https://api.github.com",
        "https://api.github.com/graphql",
    )
    assert found.path == "/repos/team/shop"
    assert found.token == ""


def test_enterprise_says_where_it_is() -> None:
    found = access_of({**HERE, "GITHUB_API_URL": "https://git.example.com/api/v3/"})
    assert found.api == "https://git.example.com/api/v3"
    assert found.graphql == "https://git.example.com/api/graphql"


@pytest.mark.parametrize(
    ("variables", "token"),
    [
        ({"GITHUB_TOKEN": "b", "PERFGATE_GITHUB_TOKEN": "a"}, "a"),
        ({"GITHUB_TOKEN": " b\n", "GH_TOKEN": "c"}, "b"),
        ({"PERFGATE_GITHUB_TOKEN": "", "GH_TOKEN": "c"}, "c"),
    ],
    ids=["our own first", "without its line end", "an empty one is none"],
)
def test_the_token_is_of_the_environment(variables: dict[str, str], token: str) -> None:
    assert access_of({**HERE, **variables}).token == token


@pytest.mark.parametrize(
    "api",
    [
        "http://git.example.com/api/v3",
        "https://me:secret@git.example.com",
        "https://git.example.com?x=y",
        "ftp://git.example.com",
        "http://127.0.0.1.example.com",
        "http://localhost.example.com",
    ],
)
def test_the_token_goes_nowhere_unsafe(api: str) -> None:
    with pytest.raises(GitHubError, match="https only"):
        access_of({**HERE, "GITHUB_API_URL": api})


@pytest.mark.parametrize("name", ["", "shop", "team/shop/../x", "team/sh op", "-x/y", "a/b?c"])
def test_what_is_no_repository_is_refused(name: str) -> None:
    with pytest.raises(GitHubError, match="no repository"):
        Access(name)


def test_a_token_shows_nowhere() -> None:
    found = Access("team/shop", token="planted-token")
    assert "planted" not in repr(found)
    assert found.hide("x planted-token y") == "x *** y"
