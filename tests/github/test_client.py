"""The client against a GitHub that is slow, refuses, breaks off, lies or is not there."""

from __future__ import annotations

import dataclasses
import socket
import time

import pytest

from gate.github.access import Access, access_of
from gate.github.answers import number, text
from gate.github.client import Bounds, Client
from gate.github.errors import GitHubError
from tests.github.conftest import PATIENT, QUICK, client_of
from tests.helpers.github_server import GitHub
from tests.helpers.github_state import READER, WRITER, Mood, zipped

RUN = "/repos/team/shop/actions/runs"


def bounds(kind: str) -> Bounds:
    """How long to wait for an answer, by what the server does."""
    return QUICK if kind in {"silent", "trickle"} else PATIENT


def repository(client: Client) -> str:
    return text(client.get("/repos/team/shop"), "full_name")


@pytest.mark.parametrize(
    "mood",
    [
        Mood("GET", "status", times=2, status=500),
        Mood("GET", "status", times=2, status=502),
        Mood("GET", "status", times=2, status=503),
        Mood("GET", "status", times=2, status=429),
        Mood("GET", "status", status=429, headers={"Retry-After": "1"}),
        Mood("GET", "status", status=403, headers={"Retry-After": "1"}),
        Mood("GET", "status", times=2, status=403, headers={"X-RateLimit-Remaining": "0"}),
        Mood("GET", "cut", times=2),
        Mood("GET", "lose", times=2),
        Mood("GET", "silent", seconds=1.0),
        Mood("GET", "slow", seconds=0.2),
    ],
    ids=lambda mood: f"{mood.kind} {mood.status} {mood.headers}",
)
def test_what_passes_is_waited_for(served: GitHub, access: Access, mood: Mood) -> None:
    served.state.moods.append(mood)
    assert repository(client_of(access, bounds=bounds(mood.kind))) == "team/shop"


def test_a_retry_waits_as_long_as_it_is_asked_to(served: GitHub, client: Client) -> None:
    served.state.moods.append(Mood("GET", "status", status=403, headers={"Retry-After": "1"}))
    began = time.monotonic()
    repository(client)
    assert time.monotonic() - began >= 1.0


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-RateLimit-Remaining": "4999"},
        {"Retry-After": "3600"},
        {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(2**40)},
    ],
    ids=["no", "no, with a rate", "not for an hour", "not for very long"],
)
def test_a_403_that_says_no_is_asked_once(
    served: GitHub, client: Client, headers: dict[str, str]
) -> None:
    served.state.moods.append(Mood("GET", "status", times=9, status=403, headers=headers))
    with pytest.raises(GitHubError, match="answered 403") as caught:
        repository(client)
    assert caught.value.denied
    assert served.state.moods[0].times == 8


@pytest.mark.parametrize(
    ("mood", "words"),
    [
        (Mood("GET", "status", times=99, status=500), "answered 500: something went wrong"),
        (Mood("GET", "garbage", times=99), "no JSON"),
        (Mood("GET", "cut", times=99), "broke off"),
        (Mood("GET", "lose", times=99), "no answer"),
        (Mood("GET", "silent", times=99, seconds=1.0), "no answer"),
        (Mood("GET", "trickle", times=99, seconds=0.1), "does not end"),
    ],
    ids=lambda value: value.kind if isinstance(value, Mood) else "",
)
def test_what_does_not_pass_ends_with_a_sentence(
    served: GitHub, access: Access, mood: Mood, words: str
) -> None:
    served.state.moods.append(mood)
    began = time.monotonic()
    with pytest.raises(GitHubError, match=words):
        repository(client_of(access, tries=1, bounds=bounds(mood.kind)))
    assert time.monotonic() - began < 50


def test_where_nobody_listens_there_is_no_answer(access: Access) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        nobody = dataclasses.replace(access, api=f"http://127.0.0.1:{free.getsockname()[1]}")
        with pytest.raises(GitHubError, match="no answer") as caught:
            repository(client_of(nobody))
    assert caught.value.lost
    assert WRITER not in caught.value.message


@pytest.mark.parametrize("kind", ["lose", "status", "silent", "cut"])
def test_a_post_is_sent_once(served: GitHub, access: Access, kind: str) -> None:
    client = client_of(access, bounds=bounds(kind))
    served.state.moods.append(Mood("POST", kind, times=9, status=503, seconds=1.0))
    with pytest.raises(GitHubError) as caught:
        client.post("/repos/team/shop/issues/1/comments", {"body": "x"})
    assert caught.value.lost
    assert served.state.moods[0].times == 8


def test_all_pages_are_read_and_not_more(served: GitHub, client: Client) -> None:
    for at in range(250):
        served.state.comment(1, f"comment {at}")
    path = "/repos/team/shop/issues/1/comments"
    assert len(list(client.pages(path))) == 250
    assert len(served.asked("GET", path)) == 3
    assert len(list(client.pages(path, most=2))) == 200


def test_the_next_page_is_not_at_another_host(served: GitHub, client: Client) -> None:
    link = '<http://127.0.0.1:1/more>; rel="next"'
    served.state.moods.append(Mood("comments", "header", headers={"Link": link}))
    with pytest.raises(GitHubError, match="another host"):
        list(client.pages("/repos/team/shop/issues/1/comments"))


def test_a_file_is_fetched_elsewhere_without_the_token(served: GitHub, client: Client) -> None:
    made = served.state.artifact("runs", zipped(a__json=b"{}"), served.state.run("a" * 40))
    path = f"/repos/team/shop/actions/artifacts/{made['id']}/zip"
    assert client.download(path, limit=10_000) == served.state.files[made["id"]]
    assert served.asked("GET", "/zip")[0].token == WRITER


def test_a_file_that_is_too_large_is_not_read_to_its_end(served: GitHub, client: Client) -> None:
    made = served.state.artifact("runs", b"x" * 500_000, served.state.run("a" * 40))
    path = f"/repos/team/shop/actions/artifacts/{made['id']}/zip"
    with pytest.raises(GitHubError, match="larger than 1000 bytes"):
        client.download(path, limit=1000)


@pytest.mark.parametrize(
    ("token", "status"),
    [(READER, 403), ("", 401), ("wrong", 401)],
    ids=["a reader", "nobody", "a wrong token"],
)
def test_who_may_not_write_is_denied(served: GitHub, token: str, status: int) -> None:
    client = client_of(access_of(served.environ(token)))
    with pytest.raises(GitHubError) as caught:
        client.post("/repos/team/shop/issues/1/comments", {"body": "x"})
    assert caught.value.status == status
    assert caught.value.denied


def test_nothing_shows_the_token_not_even_an_answer_that_repeats_it(
    served: GitHub, client: Client
) -> None:
    served.state.moods.append(Mood("GET", "status", times=9, status=422, message=f"see {WRITER}"))
    with pytest.raises(GitHubError) as caught:
        client.get("/repos/team/shop", key=WRITER)
    assert WRITER not in caught.value.message
    assert "***" in caught.value.message


def test_a_netrc_of_the_machine_is_not_asked(
    served: GitHub, tmp_path: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"  # type: ignore[operator]  # a path
    netrc.write_text("machine 127.0.0.1 login somebody password planted\n")
    monkeypatch.setenv("NETRC", str(netrc))
    client = client_of(access_of(served.environ("")))
    assert number(client.get("/repos/team/shop"), "id") == 7
    assert served.state.asked[0].token == ""


def test_a_client_that_waited_for_long_asks_nothing_more(served: GitHub, access: Access) -> None:
    client = client_of(access, tries=0)
    client._spent = 1000.0
    with pytest.raises(GitHubError, match="took too long"):
        repository(client)
    assert not served.state.asked


def test_a_proxy_is_used_where_the_environment_names_one(
    served: GitHub, access: Access, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", served.url)
    monkeypatch.setenv("no_proxy", "")
    through = dataclasses.replace(access, api="http://localhost:9")
    assert served.state.asked == []
    with pytest.raises(GitHubError, match="404"):  # a proxy is asked for whole addresses
        client_of(through).get("/nothing")
    assert served.state.asked[0].path == "http://localhost:9/nothing"
