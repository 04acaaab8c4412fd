from __future__ import annotations

import pytest

from gate.runners.lighthouse.addresses import absolute, host_of, is_loopback, path_of, same_page


@pytest.mark.parametrize(
    ("place", "base", "url"),
    [
        ("/", "http://127.0.0.1:80", "http://127.0.0.1:80/"),
        ("/cart?a=1", "http://127.0.0.1:80/", "http://127.0.0.1:80/cart?a=1"),
        ("/cart", "http://127.0.0.1/shop", "http://127.0.0.1/shop/cart"),
        ("https://example.com/x", "http://127.0.0.1", "https://example.com/x"),
    ],
)
def test_a_path_is_below_the_base(place: str, base: str, url: str) -> None:
    assert absolute(place, base) == url


@pytest.mark.parametrize(
    ("asked", "ended", "same"),
    [
        pytest.param("http://h/a", "http://h/a", True, id="the same"),
        pytest.param("http://h/a", "http://h/a/", True, id="a slash more"),
        pytest.param("http://h", "http://h/", True, id="no path and the root"),
        pytest.param("http://h/a", "http://h/a?x=1#y", True, id="a query and a fragment more"),
        pytest.param("http://h/a", "https://h/a", True, id="made secure"),
        pytest.param("http://h:80/a", "http://h:81/a", False, id="another port"),
        pytest.param("http://h/a", "http://h/b", False, id="another path"),
        pytest.param("http://h/a", "http://g/a", False, id="another host"),
        pytest.param("http://h/a", "chrome-error://chromewebdata/", False, id="Chrome's own error"),
        pytest.param("http://h/a", "http://h:port/a", False, id="no URL at all"),
        pytest.param("http://h/a", "", False, id="nothing"),
    ],
)
def test_a_load_ended_where_it_was_asked_to(asked: str, ended: str, *, same: bool) -> None:
    assert same_page(asked, ended) is same


@pytest.mark.parametrize(
    ("host", "loopback"),
    [
        ("127.0.0.1", True),
        ("127.9.9.9", True),
        ("::1", True),
        ("localhost", True),
        ("shop.localhost", True),
        ("10.0.0.1", False),
        ("localhost.example.com", False),
        ("", False),
    ],
)
def test_loopback_is_this_machine(host: str, *, loopback: bool) -> None:
    assert is_loopback(host) is loopback


def test_what_is_no_url_has_no_host_and_shows_itself() -> None:
    assert host_of("http://[::1") == ""
    assert path_of("Unattributable") == "Unattributable"
    assert path_of("http://127.0.0.1:8/a?b") == "/a"
