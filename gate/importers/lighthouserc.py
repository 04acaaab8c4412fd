"""lighthouserc: the assertions of Lighthouse CI that are about a number, and the pages.

Lighthouse CI 0.15.1 (utils/src/assertions.js, presets/*.js): an assertion without
`aggregationMethod` is held by the best load, `optimistic`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from gate.core.sli import Sli
from gate.importers.amounts import milliseconds, plain, size_of
from gate.importers.given import Given, Mapping, entries, mapping, text_of
from gate.importers.lighthouse_budget import TIMINGS, TYPES
from gate.importers.shape import Asked, Draft, Imported, Ledger, Line, Promise, shown
from gate.importers.webpages import Pages, home, matches

_RESOURCE = re.compile(r"resource-summary[:.]([a-z-]+)[:.](size|count)")
_AGGREGATED = {
    "optimistic": "there the best of the loads counted, here their median does: stricter",
    "pessimistic": "there the worst of the loads counted, here their median does: looser",
    "median-run": "there the load nearest to the median of all metrics counted, here the median",
    "median": "",
}
_COLLECT = {
    "url": "",
    "settings": "",
    "numberOfRuns": "the gate repeats until it can decide; `repeat:` sets a number",
    "startServerCommand": "a service in budgets/services.yml starts the server, on a free port",
    "startServerReadyPattern": "`ready:` of a service asks the server itself",
    "startServerReadyTimeout": "`timeout:` of a service",
    "staticDistDir": "a service serves the folder, such as [python, -m, http.server, '{port}']",
    "isSinglePageApplication": "the service decides how it serves a path",
    "puppeteerScript": "`flows:` click and type; `headers:` log in",
    "puppeteerLaunchOptions": "the gate starts Chrome by itself",
    "chromePath": "`chrome:` of the budget",
    "chromeFlags": "the gate starts Chrome by itself",
    "headful": "the gate starts Chrome by itself",
    "autodiscoverUrlBlocklist": "pages are named, none is discovered",
    "maxAutodiscoverUrls": "pages are named, none is discovered",
    "additive": "every check keeps its own run",
    "method": "the gate drives Lighthouse; `collect: lhci` lets Lighthouse CI",
    "psiApiKey": "pages are measured here, not by PageSpeed Insights",
}
_CI = {
    "collect": "",
    "assert": "",
    "upload": "reports and a store of runs: `--report`, `baseline:` of budgets/policy.yml",
    "server": "the store of the policy keeps runs",
    "wizard": "the store of the policy keeps runs",
}
_LHCI = "`collect: lhci` with `lighthouserc:` keeps it"
_NO_NUMBER = "an audit that passes or fails is no number; let Lighthouse CI go on asserting it"


def looks(given: Given) -> bool:
    """By its name, or by `ci.assert` and `ci.collect`."""
    if "lighthouserc" in given.name:
        return True
    ci = mapping(mapping(given.document()).get("ci"))
    return bool({"assert", "collect"} & set(ci)) and isinstance(ci.get("assert"), dict)


def read(given: Given, asked: Asked) -> Imported:
    """One web budget with a limit for each assertion about a number."""
    ledger, pages = Ledger(), Pages(asked.base)
    whole = mapping(given.document())
    ci = mapping(whole.get("ci") or whole.get("lhci"))
    if "extends" in {*whole, *ci}:
        ledger.lose("extends", whole.get("extends") or ci.get("extends"), "only this file is read")
    ledger.lose_keys("ci", {key: ci[key] for key in ci if key != "extends"}, _CI)
    collect, asserted = mapping(ci.get("collect")), mapping(ci.get("assert"))
    ledger.lose_keys("ci.collect", collect, _COLLECT)
    _urls(ledger, pages, collect, static="staticDistDir" in collect and not asked.base)
    settings = tuple(_settings(ledger, mapping(collect.get("settings"))))
    _assertions(ledger, pages, asserted)
    home(pages, ledger)
    head = (*pages.head(_why_base(pages, asked)), *settings)
    return ledger.imported([Draft("web", head, tuple(ledger.promises))])


def _why_base(pages: Pages, asked: Asked) -> str:
    if asked.base:
        return "given with --base"
    if pages.base:
        return "ci.collect.url; leave it out where a service of budgets/services.yml serves it"
    return "where the pages are: a service exports it"


def _urls(ledger: Ledger, pages: Pages, collect: Mapping, *, static: bool) -> None:
    written = collect.get("url")
    for each in entries(written) or ([written] if written else []):
        url = text_of(each)
        # Beside a folder Lighthouse CI puts the port of its own server into each address.
        place = re.sub(r"^https?://localhost(:\d+)?(?=/|$)", "", url) or "/" if static else url
        if not pages.add(place):
            ledger.lose("ci.collect.url", url, "no plain http(s) address or path")


def _settings(ledger: Ledger, settings: Mapping) -> Iterator[Line]:
    for key, value in settings.items():
        where = f"ci.collect.settings.{key}"
        match key, value:
            case "preset", "desktop":
                yield Line("form_factor", "desktop", f"{where}: desktop")
            case (("formFactor" | "emulatedFormFactor"), ("mobile" | "desktop")):
                yield Line("form_factor", str(value), f"{where}: {value}")
            case "throttlingMethod", ("simulate" | "devtools" | "provided"):
                yield Line("throttling", str(value), f"{where}: {value}")
            case "budgets", _:
                why = "Lighthouse shows them and asserts nothing; import them as budget.json"
                ledger.lose(where, value, why)
            case "chromeFlags", _:
                ledger.lose(where, value, "the gate starts Chrome by itself")
            case (("onlyCategories" | "onlyAudits" | "skipAudits"), _):
                ledger.lose(where, value, "the gate runs the audits that its metrics need")
            case _:
                ledger.lose(where, value, _LHCI)


def _assertions(ledger: Ledger, pages: Pages, asserted: Mapping) -> None:
    matrix = entries(asserted.get("assertMatrix"))
    for index, each in enumerate(matrix):
        entry = mapping(each)
        where = f"ci.assert.assertMatrix[{index}]"
        chosen = _matched(ledger, pages, where, entry)
        if chosen is not None:
            _block(ledger, where, entry, chosen)
        else:
            for name, told in mapping(entry.get("assertions")).items():
                why = "the pages that it is about are not known"
                ledger.lose(f"{where}.assertions.{name}", told, why)
    known = {**asserted}
    known.pop("assertMatrix", None)
    _block(ledger, "ci.assert", known, ("",))


def _matched(ledger: Ledger, pages: Pages, where: str, entry: Mapping) -> tuple[str, ...] | None:
    """The names of the pages that a pattern is about; "" for all of them."""
    pattern = text_of(entry.get("matchingUrlPattern"))
    if pattern in {"", ".*", ".+", "^.*$"}:
        return ("",)
    found = {name: matches(pattern, url) for name, url in pages.urls.items()}
    if None in found.values():
        ledger.lose(f"{where}.matchingUrlPattern", pattern, "a pattern beyond literals and .*")
        return None
    chosen = tuple(name for name, fits in found.items() if fits)
    if not chosen:
        ledger.lose(f"{where}.matchingUrlPattern", pattern, "no page of ci.collect.url matches")
        return None
    return ("",) if len(chosen) == len(found) else chosen


def _block(ledger: Ledger, where: str, block: Mapping, chosen: tuple[str, ...]) -> None:
    for key, value in block.items():
        match key:
            case "preset":
                why = f"a preset of audits; {_NO_NUMBER}"
                ledger.lose(f"{where}.preset", value, why)
            case "budgetsFile":
                why = f"import it by itself: gate import budget.json {shown(value)}"
                ledger.lose(f"{where}.budgetsFile", value, why)
            case "includePassedAssertions":
                ledger.lose(f"{where}.{key}", value, "a report shows everything")
            case "assertions" | "aggregationMethod" | "matchingUrlPattern":
                pass
            case _:
                ledger.lose(f"{where}.{key}", value, f"perfgate knows no {key!r} here")
    method = text_of(block.get("aggregationMethod"))
    for audit, told in mapping(block.get("assertions")).items():
        _assertion(ledger, f"{where}.assertions.{audit}", audit, told, (chosen, method))


def _assertion(
    ledger: Ledger, where: str, audit: str, told: object, around: tuple[tuple[str, ...], str]
) -> None:
    level, options = _level(told)
    if level == "off":
        ledger.lose(where, told, "it is off: nothing was asserted")
        return
    chosen, method = around
    method = text_of(options.get("aggregationMethod")) or method or "optimistic"
    rest = {key: options[key] for key in options if key != "aggregationMethod"}
    if not rest:
        ledger.lose(where, told, _NO_NUMBER)
    for key, value in rest.items():
        theirs = f"{level}, {key} {shown(value)}"
        metric, kind, limit, why = _bound(audit, key, value)
        if why:
            ledger.lose(f"{where}.{key}", theirs, why)
            continue
        for page in chosen:
            tags = ((("page", page),) if page else ()) + ((("type", kind),) if kind else ())
            ledger.keep(
                Promise(
                    where,
                    theirs,
                    str(Sli(metric, "", tags)),
                    limit,
                    blocking=level != "warn",
                    differs=_AGGREGATED.get(method, f"{method} is no way to choose a load"),
                )
            )


def _level(told: object) -> tuple[str, Mapping]:
    listed = entries(told)
    level = text_of(listed[0]) if listed else text_of(told)
    options = mapping(listed[1]) if len(listed) > 1 else {}
    return level if level in {"off", "warn", "error"} else "error", options


def _bound(audit: str, key: str, value: object) -> tuple[str, str, str, str]:
    """Metric, resource type, limit; and why not, where there is none."""
    if audit == "categories:performance" and key == "minScore":
        limit = plain(value)
        return "score", "", f"at least {limit}", "" if limit else "expected a number"
    if key == "minScore":
        if audit.startswith("categories:"):
            return "", "", "", "no category of performance"
        why = "a score is a curve drawn over the value: promise the value, as maxNumericValue does"
        return "", "", "", why if audit in TIMINGS else _NO_NUMBER
    if key != "maxNumericValue":
        return "", "", "", _NO_NUMBER
    return _value(audit, value)


def _value(audit: str, value: object) -> tuple[str, str, str, str]:
    found = _RESOURCE.fullmatch(audit)
    if found and found[1] in TYPES:
        kind = "" if found[1] == "total" else found[1]
        if found[2] == "size":
            return _checked("transfer", kind, size_of(value))
        return _checked("requests", kind, plain(value))
    if audit == "total-byte-weight":
        return _checked("transfer", "", size_of(value))
    if audit == "dom-size":
        return _checked("dom_size", "", plain(value))
    if audit == "interaction-to-next-paint":
        return "", "", "", "inp belongs to a flow: write `flows:` and promise inp{flow:NAME}"
    metric = TIMINGS.get(audit)
    if metric is None:
        return "", "", "", "perfgate measures no such number"
    return _checked(metric, "", plain(value) if metric == "cls" else milliseconds(value))


def _checked(metric: str, kind: str, limit: str) -> tuple[str, str, str, str]:
    return metric, kind, limit, "" if limit else "expected a number"
