"""One comment, by marker and author, however many others there are and whoever races us."""

from __future__ import annotations

import threading

import pytest

from gate.github.access import Access, access_of
from gate.github.client import Client
from gate.github.comments import Sticky, Written
from gate.github.errors import GitHubError
from tests.github.conftest import client_of
from tests.helpers.github_server import GitHub
from tests.helpers.github_state import BOT, READER, WRITER, Mood

MARKER = "<!-- perfgate:v1 key=perfgate -->"
PULL = 4


def write(client: Client, words: str = "first", *, fresh: bool = True) -> Written:
    return Sticky(client, PULL, MARKER).write(lambda _: f"{MARKER}\n{words}", fresh=fresh)


def bodies(served: GitHub, login: str = BOT) -> list[str]:
    found = served.state.comments.get(PULL, [])
    return [c["body"] for c in found if c["user"]["login"] == login]


def test_the_first_time_it_is_made(served: GitHub, client: Client) -> None:
    made = write(client)
    assert made.how == "made"
    assert made.url.endswith(str(served.state.comments[PULL][0]["id"]))
    assert bodies(served) == [f"{MARKER}\nfirst"]


def test_the_next_time_it_is_changed_in_place(served: GitHub, client: Client) -> None:
    first, again = write(client), write(client, "second")
    assert (again.how, again.url) == ("changed", first.url)
    assert bodies(served) == [f"{MARKER}\nsecond"]


def test_what_says_the_same_is_not_written(served: GitHub, client: Client) -> None:
    write(client)
    served.state.comments[PULL][0]["body"] = f"{MARKER}\r\nfirst\r\n"
    assert write(client).how == "kept"
    assert not served.asked("PATCH")


def test_the_new_body_knows_the_old_one(served: GitHub, client: Client) -> None:
    write(client)
    Sticky(client, PULL, MARKER).write(lambda old: f"{MARKER}\nwas: {old.splitlines()[1]}")
    assert bodies(served) == [f"{MARKER}\nwas: first"]


def test_it_is_found_on_the_third_page(served: GitHub, client: Client) -> None:
    for at in range(230):
        served.state.comment(PULL, f"talk {at}", "ada")
    write(client)
    for at in range(5):
        served.state.comment(PULL, f"more talk {at}", "ada")
    assert write(client, "second").how == "changed"
    assert bodies(served) == [f"{MARKER}\nsecond"]


@pytest.mark.parametrize(
    ("login", "body"),
    [
        ("mallory", f"{MARKER}\nall promises kept"),
        ("other-app[bot]", f"{MARKER}\nall promises kept"),
        (BOT, "<!-- perfgate:v1 key=other -->\nanother gate"),
        (BOT, f"a quote:\n{MARKER}"),
    ],
    ids=["a stranger's copy", "another app's copy", "another key", "a marker further down"],
)
def test_what_is_not_ours_stays(served: GitHub, client: Client, login: str, body: str) -> None:
    other = served.state.comment(PULL, body, login)
    assert write(client).how == "made"
    assert other["body"] == body
    assert write(client, "second").how == "changed"
    assert other["body"] == body


def test_an_app_of_the_teams_own_finds_its_own(served: GitHub, access: Access) -> None:
    served.state.tokens["ghs_app"] = {"login": "shop-gate[bot]", "write": True}
    served.state.comment(PULL, f"{MARKER}\nof the actions")
    client = client_of(access_of(served.environ("ghs_app")))
    assert [write(client).how, write(client, "second").how] == ["made", "changed"]
    assert bodies(served, "shop-gate[bot]") == [f"{MARKER}\nsecond"]
    assert bodies(served) == [f"{MARKER}\nof the actions"]


def test_where_github_does_not_say_who_we_are_it_is_the_actions(
    served: GitHub, client: Client
) -> None:
    write(client)
    served.state.moods.append(Mood("/graphql", "status", times=9, status=403))
    assert write(client, "second").how == "changed"


def test_without_fresh_only_one_that_is_there_is_changed(served: GitHub, client: Client) -> None:
    assert write(client, fresh=False) == Written("", "left out")
    assert bodies(served) == []
    write(client)
    assert write(client, "second", fresh=False).how == "changed"


@pytest.mark.parametrize(
    ("mood", "posts"),
    [
        (Mood("POST /repos", "lose"), 1),
        (Mood("POST /repos", "cut"), 1),
        (Mood("POST /repos", "garbage"), 1),
        (Mood("POST /repos", "status", status=503), 2),
        (Mood("POST /repos", "silent", seconds=1.0), 2),
    ],
    ids=["done, answer lost", "done, answer cut", "done, answer garbled", "not done", "silent"],
)
def test_a_lost_answer_makes_no_second_comment(
    served: GitHub, client: Client, mood: Mood, posts: int
) -> None:
    served.state.moods.append(mood)
    write(client)
    assert bodies(served) == [f"{MARKER}\nfirst"]
    assert len(served.asked("POST", "/comments")) <= posts


@pytest.mark.parametrize("status", [500, 404])
def test_a_list_that_fails_afterwards_loses_nothing(
    served: GitHub, client: Client, status: int
) -> None:
    sticky = Sticky(client, PULL, MARKER)

    def body(_: str) -> str:
        served.state.moods.append(Mood("GET /repos", "status", times=99, status=status))
        return f"{MARKER}\nfirst"

    made = sticky.write(body)
    assert (made.how, len(bodies(served))) == ("made", 1)
    assert made.url


def test_what_is_always_lost_is_sent_twice_at_the_most(served: GitHub, client: Client) -> None:
    served.state.moods.append(Mood("POST /repos", "status", times=99, status=502))
    with pytest.raises(GitHubError):
        write(client)
    assert served.state.moods[0].times == 97


def test_two_jobs_at_the_same_moment_leave_one_comment(served: GitHub, access: Access) -> None:
    # Both have looked before either writes: the answers are late.
    served.state.moods.append(Mood("GET /repos", "slow", times=2, seconds=0.4))
    clients = [client_of(access), client_of(access)]
    jobs = [threading.Thread(target=write, args=(client, "a job's")) for client in clients]
    for job in jobs:
        job.start()
    for job in jobs:
        job.join(20)
    assert len(served.asked("POST", "/comments")) == 2
    assert len(bodies(served)) == 1


def test_a_body_that_is_too_long_is_refused_with_githubs_words(client: Client) -> None:
    with pytest.raises(GitHubError, match="Body is too long") as caught:
        write(client, "x" * 70_000)
    assert not caught.value.denied


def test_a_reader_may_not_comment(served: GitHub) -> None:
    with pytest.raises(GitHubError, match="not accessible") as caught:
        write(client_of(access_of(served.environ(READER))))
    assert caught.value.denied
    assert WRITER not in caught.value.message


def test_enterprise_has_its_api_below_a_path(served: GitHub, access: Access) -> None:
    api = {"GITHUB_API_URL": f"{served.url}/api/v3", "GITHUB_GRAPHQL_URL": ""}
    client = client_of(access_of({**served.environ(WRITER), **api}))
    assert [write(client).how, write(client, "second").how] == ["made", "changed"]
    assert served.asked("POST", "/api/graphql")
    assert all(asked.path.startswith("/api/") for asked in served.state.asked)
