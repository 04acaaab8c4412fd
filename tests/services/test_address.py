from __future__ import annotations

import pytest

from gate.services import Service, refusal
from gate.services.address import Address, AddressError, is_loopback, read_address
from gate.services.ports import free_ports, placeholders


@pytest.mark.parametrize(
    ("host", "loopback"),
    [
        ("127.0.0.1", True),
        ("127.8.9.1", True),
        ("::1", True),
        ("localhost", True),
        ("LOCALHOST", True),
        ("0.0.0.0", False),  # noqa: S104  # refused, that is the point
        ("127.0.0.1.example.org", False),
        ("localhost.example.org", False),
        ("128.0.0.1", False),
        ("2130706433", False),
        ("", False),
    ],
)
def test_which_hosts_are_loopback(host: str, *, loopback: bool) -> None:
    assert is_loopback(host) is loopback


@pytest.mark.parametrize(
    ("ready", "address"),
    [
        ("http://127.0.0.1:81/h?a=1", Address("http", "127.0.0.1", 81, "/h?a=1")),
        ("http://localhost", Address("http", "localhost", 80, "/")),
        ("https://[::1]/", Address("https", "::1", 443, "/")),
        ("tcp://127.0.0.1:5432", Address("tcp", "127.0.0.1", 5432)),
    ],
)
def test_an_address_is_read(ready: str, address: Address) -> None:
    assert read_address(ready) == address


@pytest.mark.parametrize(
    ("ready", "why"),
    [
        pytest.param("ftp://127.0.0.1/", "is an http(s) URL or tcp", id="another-scheme"),
        pytest.param("127.0.0.1:80", "is an http(s) URL or tcp", id="no-scheme"),
        pytest.param("http:///x", "is at no host", id="no-host"),
        pytest.param("tcp://127.0.0.1", "needs a port", id="tcp-without-port"),
        pytest.param("http://127.0.0.1:99999/", "cannot be read", id="no-such-port"),
        pytest.param("http://user:pw@10.0.0.1/", "is at 10.0.0.1;", id="elsewhere"),
        pytest.param("http://127.0.0.1/a b", "has to escape", id="a-space"),
        pytest.param("http://127.0.0.1/a\r\nX: 1", "has to escape", id="a-smuggled-header"),
        pytest.param("http://127.0.0.1/ä", "has to escape", id="not-ascii"),
    ],
)
def test_an_address_that_is_refused_says_why_without_secrets(ready: str, why: str) -> None:
    with pytest.raises(AddressError) as refused:
        read_address(ready)
    assert why in str(refused.value)
    assert "pw" not in str(refused.value)


@pytest.mark.parametrize(
    "value",
    [
        pytest.param("http://shop.example.org/", id="a URL"),
        pytest.param("postgresql:///shop?host=db.example.org", id="the host in the query"),
        pytest.param("postgresql://127.0.0.1/shop?hostaddr=10.0.0.1", id="another in the query"),
        pytest.param("postgresql://127.0.0.1:{port},10.0.0.1:5432/shop", id="a second host"),
        pytest.param("postgresql:///shop?host=/run/pg,10.0.0.1", id="a second one in the query"),
        pytest.param("jdbc:postgresql://db.example.org/shop", id="as Java writes it"),
        pytest.param("//shop.example.org/", id="without a scheme"),
        pytest.param("shop.example.org:443", id="a name and a port"),
        pytest.param("10.0.0.1:80", id="a number and a port"),
    ],
)
def test_an_export_that_leads_elsewhere_is_refused(value: str) -> None:
    assert "load goes to loopback only" in refusal(Service("shop", exports=(("AT", value),)))


@pytest.mark.parametrize(
    "value",
    [
        "postgresql://u:p@127.0.0.1:{port},localhost:5432/shop?hostaddr=::1",
        "jdbc:postgresql://localhost:{port}/shop",
        "jdbc:sqlite:shop.db",
        "//[::1]:{port}/",
        "127.0.0.1:{port}",
        "v1.2:a",
        "12:30",
        "localhost:{port}",
    ],
)
def test_an_export_of_this_machine_is_let_through(value: str) -> None:
    assert refusal(Service("shop", exports=(("AT", value),))) == ""


def test_local_sockets_and_plain_values_are_no_addresses_elsewhere() -> None:
    exports = (("DB", "postgresql:///shop?host=/run/postgresql"), ("SEED", "7"), ("T", "a:b"))
    assert refusal(Service("shop", exports=exports)) == ""


def test_the_shown_address_has_no_query() -> None:
    assert read_address("http://[::1]:5/a?token=t").url == "http://[::1]:5/a"


def test_placeholders_are_found_once_and_other_braces_are_left() -> None:
    service = Service(
        "shop",
        command=("serve", "{port}", "{port_db}", '{"json": {port}}', "{ports}"),
        ready="http://127.0.0.1:{port}/{x}",
    )
    assert placeholders(service) == ("port", "port_db")
    with free_ports(service) as ports:
        port, database = (str(number) for _, number in ports.numbers)
        assert port != database
        filled = ports.fill(service)
    assert filled.command == ("serve", port, database, f'{{"json": {port}}}', "{ports}")
    assert filled.ready == f"http://127.0.0.1:{port}/{{x}}"
