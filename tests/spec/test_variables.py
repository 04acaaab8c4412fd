"""Variables from the environment: only where nothing is promised, and secrets stay hidden."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from gate.spec import Secrets, SpecProblemsError
from tests.spec.fakes import DatabaseOptions, LoadOptions, WebOptions, read, write

LOAD = """\
runner: k6
script: load.js
objectives:
  - {sli: p95(http_req_duration), limit: 300 ms}
"""
DB = """\
runner: postgres
during: api
dsn: DSN
objectives:
  - {sli: mean(query_duration), limit: 100 ms}
"""
WEB = """\
runner: lighthouse
pages: {home: /}
objectives:
  - {sli: lcp, limit: 2.5 s}
"""
SERVICES = """\
shop:
  command: [shop, "{port}"]
  ready: http://127.0.0.1:{port}/
  exports: {SHOP_URL: "http://127.0.0.1:{port}", DATABASE_URL: "postgresql:///shop"}
"""


@pytest.mark.parametrize(
    ("written", "env", "filled"),
    [
        pytest.param("${HOST}", {"HOST": "h"}, "h", id="a variable"),
        pytest.param(
            "http://${HOST}:${PORT}/", {"HOST": "h", "PORT": "1"}, "http://h:1/", id="two"
        ),
        pytest.param("${HOST:-local}", {}, "local", id="a default where it is unset"),
        pytest.param("${HOST:-local}", {"HOST": ""}, "local", id="a default where it is empty"),
        pytest.param("${HOST:-local}", {"HOST": "h"}, "h", id="no default where it is set"),
        pytest.param("${HOST:-}", {}, "", id="an empty default"),
        pytest.param("${HOST}", {"HOST": ""}, "", id="an empty variable"),
        pytest.param("$$", {}, "$", id="a dollar sign"),
        pytest.param("$${HOST}", {"HOST": "h"}, "${HOST}", id="a dollar sign before a brace"),
        pytest.param("$HOST", {"HOST": "h"}, "$HOST", id="no brace, no variable"),
        pytest.param("${HOST}", {"HOST": "${PORT}"}, "${PORT}", id="values are not read again"),
        pytest.param("${HOST}", {"HOST": "a: [b"}, "a: [b", id="values are not read as YAML"),
    ],
)
def test_a_variable_is_filled_in(
    written: str, env: Mapping[str, str], filled: str, tmp_path: Path
) -> None:
    spec = read(write(tmp_path, api=f"base: '{written}'\n{LOAD}"), env=env, measuring=True)
    assert spec.budget("api").options == LoadOptions(script="load.js", base=filled)


def test_variables_are_filled_in_at_any_depth_below_the_allowed_keys(tmp_path: Path) -> None:
    head = "headers: {Authorization: 'Bearer ${TOKEN}'}\nenv: {A: '${A}'}\n"
    spec = read(write(tmp_path, api=head + LOAD), env={"TOKEN": "t" * 8, "A": "a"})
    assert spec.budget("api").options == LoadOptions(
        script="load.js", headers={"Authorization": "Bearer tttttttt"}, env={"A": "a"}
    )


def test_an_unset_variable_is_a_note_when_validating_and_stays_as_written(tmp_path: Path) -> None:
    spec = read(write(tmp_path, api="base: http://${HOST}/\n" + LOAD))
    assert spec.budget("api").options == LoadOptions(script="load.js", base="http://${HOST}/")
    assert spec.notes == (
        "budgets/api.yml:1:14: the variable HOST is not set; it has to be when measuring",
    )


def test_what_the_service_exports_is_filled_in_once_it_is_up(tmp_path: Path) -> None:
    api = "service: shop\nbase: ${SHOP_URL}\n" + LOAD
    root = write(tmp_path, api=api, db=DB.replace("DSN", "${DATABASE_URL}"), services=SERVICES)
    before = read(root)
    assert before.notes == ()
    assert before.budget("db").options == DatabaseOptions(dsn="${DATABASE_URL}")
    up = {"SHOP_URL": "http://127.0.0.1:8000", "DATABASE_URL": "postgresql://u:p4ssword@h/shop"}
    after = read(root, env=up, measuring=True)
    assert after.budget("api").options == LoadOptions(script="load.js", base=up["SHOP_URL"])
    assert after.budget("db").options == DatabaseOptions(dsn=up["DATABASE_URL"])
    assert "p4ssword" not in after.secrets.redact("password p4ssword of postgresql://u:p4ssword@h/")


def test_a_text_that_waits_for_its_variable_is_not_judged_by_the_runner(tmp_path: Path) -> None:
    web = WEB + "base: ${SHOP_URL}\n"
    root = write(tmp_path, web="service: shop\n" + web, unserved=web, services=SERVICES)
    spec = read(root)
    assert [budget.options for budget in spec.budgets] == [WebOptions(pages={"home": "/"})] * 2
    assert len(spec.notes) == 1
    with pytest.raises(SpecProblemsError, match="the variable SHOP_URL is not set") as caught:
        read(root, measuring=True)
    assert len(caught.value.problems) == 1
    with pytest.raises(SpecProblemsError, match="expected an http"):
        read(root, env={"SHOP_URL": "shop"}, measuring=True)


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        pytest.param("postgresql://u:sesame@h/shop", "***", id="the dsn"),
        pytest.param("password is sesame", "password is ***", id="its password"),
        pytest.param("ses%40me", "***", id="a password as the URL writes it"),
        pytest.param("ses@me", "***", id="and as it is meant"),
        pytest.param("auth failed: t0ken-value", "auth failed: ***", id="a header's credentials"),
        pytest.param("Bearer t0ken-value", "***", id="the whole header"),
        pytest.param("key=from-env", "key=***", id="what secrets: lists"),
        pytest.param("from%2Denv is not from-env", "from%2Denv is not ***", id="only as quoted"),
        pytest.param("sesam", "sesam", id="a part is no secret"),
        pytest.param("1 true x", "1 true x", id="values that are too short stay"),
    ],
)
def test_secrets_are_hidden_everywhere(text: str, hidden: str, tmp_path: Path) -> None:
    head = "headers: {Authorization: Bearer t0ken-value, X-Debug: '1'}\n"
    root = write(
        tmp_path,
        api=head + LOAD,
        db=DB.replace("DSN", "postgresql://u:sesame@h/shop"),
        db2=DB.replace("DSN", "postgresql://u:ses%40me@h/shop"),
        policy="secrets: [API_KEY, SHORT, ABSENT]\n",
    )
    spec = read(root, env={"API_KEY": "from-env", "SHORT": "x"})
    assert spec.secrets.redact(text) == hidden
    assert spec.notes == ("the value of SHORT is too short to be hidden in reports",)


@pytest.mark.parametrize(
    ("dsn", "password"),
    [
        ("host=h password=sesame dbname=shop", "sesame"),
        ("host=h password='ses ame' dbname=shop", "ses ame"),
        ("postgresql://u:sesame@h:5432/shop?sslmode=require", "sesame"),
    ],
)
def test_the_password_of_every_kind_of_dsn_is_hidden(
    dsn: str, password: str, tmp_path: Path
) -> None:
    root = write(tmp_path, api=LOAD, db=DB.replace("DSN", f'"{dsn}"'))
    assert read(root).secrets.redact(f"[{password}]") == "[***]"


def test_a_secret_that_a_service_is_given_is_hidden(tmp_path: Path) -> None:
    services = SERVICES + "  env: {SHOP_KEY: literal-key}\n"
    root = write(tmp_path, api=LOAD, services=services, policy="secrets: [SHOP_KEY]\n")
    assert read(root).secrets.redact("literal-key") == "***"


def test_secrets_do_not_show_themselves() -> None:
    assert repr(Secrets.of(["sesame-street"])) == "Secrets(1 hidden)"
    assert Secrets.of(["abcd", "abcdef"]).redact("abcdef abcd") == "*** ***"


def test_a_message_about_a_secret_hides_it(tmp_path: Path) -> None:
    head = "headers: {Authorization: 'Bearer t0ken-value'}\nwarmup: ${TOKEN}\n"
    with pytest.raises(SpecProblemsError) as caught:
        read(
            write(tmp_path, api=head + LOAD + "blocking: t0ken-value\n"),
            env={"TOKEN": "t0ken-value"},
        )
    assert "t0ken-value" not in caught.value.message
    assert "expected true or false, got '***'" in caught.value.message
    assert "t0ken-value" not in repr(caught.value.problems)  # annotations show them one by one
