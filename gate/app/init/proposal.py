"""The budget files that a repository gets, as texts; with limits where there are first values."""

from __future__ import annotations

from dataclasses import dataclass

from gate.app.init.finds import Benches, Bundle, Database, Found, Load, Server, Web
from gate.app.init.limits import Measured
from gate.app.init.names import flow, quoted, slug
from gate.app.init.text import Text, schema_line
from gate.core.units import show

SERVICE = "app"
_UNIT = 30_000  # what one process of benchmarks may take, in ms
_SHORTER = (500, 200, 100, 50, 20, 10)
BUILD = "build"
_MANY = 200  # values that the judge wants for a p95
LOAD_SCRIPT = """\
// Written by `gate init`: a first load, so that there is one. Make it what your users do.
import http from 'k6/http';
import { check } from 'k6';

export const options = { vus: 2, iterations: 400 };

export default function () {
  const answer = http.get(`${__ENV.APP_URL}PATH`, { tags: { name: 'home' } });
  check(answer, { 'status is 200': (r) => r.status === 200 });
}
"""


@dataclass(frozen=True, slots=True)
class Draft:
    """One file to write: its path below the root, its text, and whether it is a budget in force."""

    path: str
    text: str
    budget: bool = False


@dataclass(frozen=True, slots=True)
class Setting:
    """What all files share. `folder` is where the budgets are written, `today` an ISO day."""

    found: Found
    measured: Measured
    folder: str
    written_by: str

    def served(self, load: Load) -> bool:
        """Whether a load can be pointed at the service."""
        server = self.found.server
        return server is not None and not server.builds and bool(load.base)


def loads_text(setting: Setting, load: Load, name: str) -> str:
    """The budget of a k6 script."""
    text = _begun(setting)
    script = f"{setting.folder}/load/{load.script}" if load.ours else load.script
    seen = "written by `gate init`: no load script was found" if load.ours else "imports k6"
    text.add("runner: k6", f"{script}: {seen}")
    if setting.served(load):
        text.add(f"service: {SERVICE}", f"services.yml starts it; the script reads {load.base}")
    else:
        text.off(f"service: {SERVICE}", "no service that can be started on a free port was found")
    text.add(f"script: {quoted(script)}", seen)
    if load.variables:
        text.say(f"The script also reads {', '.join(load.variables[:8])}; what it needs goes here:")
        text.say("env: {NAME: value}")
    if load.thresholds:
        text.say("The thresholds in the script hold too, as rows of their own.")
    if load.hosts:
        text.say(f"The script names {', '.join(load.hosts[:4])}: load goes to loopback only.")
    text.add("objectives:", "what is promised: a limit, a tolerance against the baseline, or both")
    asked = setting.measured.values.get(f"{name}/count(http_reqs)")
    if asked is not None and asked.value < _MANY:
        sli = "median(http_req_duration)"
        why = f"the script makes {asked.value:g} requests; a p95 needs {_MANY} in each repeat"
        text.add(f"  - sli: {sli}", why)
    else:
        sli = "p95(http_req_duration)"
        text.add(f"  - sli: {sli}", "what 19 of 20 requests do not exceed")
    setting.measured.promise(text, f"{name}/{sli}", "http_req_duration", "300 ms")
    text.add("    tolerance: {fail: 25%, floor: 5 ms}", "perfgate's proposal, from no measurement")
    text.off("  - sli: rate(http_req_failed)", "without it a blocking 5 % holds")
    text.off("    limit: 1%", "an example")
    return text.whole()


def web_text(setting: Setting, web: Web) -> str:
    """The budget of pages."""
    text = _begun(setting)
    text.add("runner: lighthouse", web.source)
    if setting.found.server:
        text.add(f"service: {SERVICE}", "services.yml starts it")
        text.add("base: ${APP_URL}", "what services.yml exports")
    else:
        text.off(f"service: {SERVICE}", "no service that can be started on a free port was found")
    pages = ", ".join(f"{quoted(name)}: {quoted(path)}" for name, path in web.pages)
    text.add(f"pages: {{{pages}}}", web.source)
    text.add("objectives:", "for each page: a limit, a tolerance against the baseline, or both")
    rows = (
        ("lcp", "25%", "2.5 s", "largest contentful paint"),
        ("cls", "{fail: 0.05}", "0.1", "layout shift"),
        ("tbt", "{fail: 50%, floor: 100 ms}", "200 ms", "time in which the page does not answer"),
        ("transfer", "{fail: 5%, floor: 1 kB}", "500 kB", "bytes received"),
    )
    for metric, tolerance, other, why in rows:
        text.add(f"  - sli: {metric}", why)
        worst = f"web/median({metric})"
        setting.measured.promise(text, worst, metric, other)
        text.add(f"    tolerance: {tolerance}", "perfgate's proposal, from no measurement")
    return text.whole()


def bundle_text(setting: Setting, bundle: Bundle, service: str) -> str:
    """The budget of what a build writes."""
    text = _begun(setting)
    text.add("runner: bundle", bundle.source)
    if service:
        text.add(f"service: {service}", "services.yml builds it before its files are measured")
    else:
        text.say("Nothing builds it: the files must be there when `gate check` runs.")
    text.add("files:", "the parts, each a glob or several")
    for name, globs in bundle.parts:
        text.listed(f"  {quoted(name)}", globs, bundle.source)
    text.add("objectives:", "brotli, as a server would send it; file sizes are exact")
    for name, _ in bundle.parts:
        sli = f"size{{file:{name}, encoding:br}}"
        text.add(f'  - sli: "{sli}"', f"all files of {name} together")
        identity = f"bundle/sum(size{{encoding:br,file:{name}}})"
        setting.measured.promise(text, identity, "size", "170 kB")
        text.add("    tolerance: 2%", "perfgate's proposal, from no measurement")
    return text.whole()


def benches_text(setting: Setting, benches: Benches) -> str:
    """The budget of benchmarks: no limits, because a time belongs to a machine."""
    text = _begun(setting)
    text.add("runner: pytest-benchmark", benches.source)
    text.listed("paths", benches.paths, "the files that take the fixture")
    if benches.python:
        text.add(f"python: {quoted(benches.python)}", "the environment that lies in this checkout")
    else:
        text.off("python: .venv/bin/python", "by default the first Python with pytest-benchmark")
    known = sum(each.startswith("bench/") for each in setting.measured.values)
    count = max(known, benches.count)
    longest = next((ms for ms in _SHORTER if count * ms <= _UNIT), _SHORTER[-1])
    if count * 1000 > _UNIT:
        why = f"{count} benchmarks: with perfgate's default of 1 s each a check would take too long"
        text.add(f"max_time: {longest} ms", why)
    text.add("objectives:", "a benchmark's time belongs to a machine: a tolerance and no limit")
    text.add("  - sli: time", "the median of a benchmark's rounds")
    text.add("    each: test", "one objective for each benchmark")
    text.add("    tolerance: 20%", "perfgate's proposal, from no measurement")
    for each, found in sorted(setting.measured.values.items())[:20]:
        if each.startswith("bench/"):
            text.say(
                f"{each}: {show(found.value, found.dimension)} here on {setting.measured.day}", 4
            )
    return text.whole()


def database_text(setting: Setting, database: Database, during: str) -> str:
    """The budget of a database, which observes a load."""
    text = _begun(setting)
    text.say(f"Rename this file to db.yml once {database.variable} is set where the gate runs, and")
    text.say("its user may read pg_stat_statements (`gate doctor` says whether).")
    text.add("runner: postgres", database.source)
    text.add(f"during: {during}", f"it observes while the budget {during} loads")
    text.add(f"dsn: ${{{database.variable}}}", database.source)
    text.add("objectives:", "no limits: nothing was measured")
    text.add("  - sli: mean(queries_per_request)", "what an N+1 query shows in")
    text.add("    tolerance: 10%", "perfgate's proposal, from no measurement")
    text.add("  - sli: mean(query_duration)", "time in the server")
    text.add("    tolerance: {fail: 100%, floor: 0.5 ms}", "perfgate's proposal")
    return text.whole()


def services_text(setting: Setting) -> str:
    """The services: what is started, and what is only built."""
    text = _begun(setting, "services")
    server, build = setting.found.server, setting.found.build
    if server:
        _server(text, setting, server)
    if build and not (server and server.package):
        text.add(f"{BUILD}:", "nothing is started, the tree is only built")
        _building(text, setting)
    return text.whole()


def _server(text: Text, setting: Setting, server: Server) -> None:
    text.add(f"{SERVICE}:", "the system under test; its port is a free one, always")
    text.listed("  command", server.command, server.source)
    if server.package and setting.found.build:
        _building(text, setting)
    elif server.cwd != ".":
        text.add(f"  cwd: {quoted(server.cwd)}", server.source)
    if server.env:
        pairs = ", ".join(f"{name}: {quoted(value)}" for name, value in server.env)
        text.add(f"  env: {{{pairs}}}", server.source)
    text.add(f"  ready: http://127.0.0.1:{{port}}{server.ready}", server.ready_source)
    text.add("  exports:", "variables for the budgets that use it")
    text.add('    APP_URL: "http://127.0.0.1:{port}"', "for pages, and for your own scripts")
    for load in setting.found.loads:
        if load.base and load.base != "APP_URL":
            scheme = "" if load.bare else "http://"
            line = f'    {load.base}: "{scheme}127.0.0.1:{{port}}"'
            if not any(line in each for each in text.lines):
                text.add(line, f"{load.script} reads it")


def _building(text: Text, setting: Setting) -> None:
    build = setting.found.build
    if build is None:
        return
    if build.cwd != ".":
        text.add(f"  cwd: {quoted(build.cwd)}", build.source)
    commands = ", ".join(flow(command) for command in build.commands)
    text.add(f"  prepare: [{commands}]", "what that script needs, and the script")


def policy_text(setting: Setting, branch: str, until: str, days: int) -> str:
    """How verdicts become an exit code."""
    text = _begun(setting, "policy")
    text.add("alarm_rate: 1%", "perfgate's default: how often unchanged code may close the build")
    text.add("miss_rate: 5%", "perfgate's default: how often what it sets out to find may pass")
    text.add("time: 10 min", "perfgate's default: what a check may spend beyond the minimum")
    text.add("baseline:", "what tolerances compare with")
    if branch not in {"main", "master"}:
        text.add(f"  branches: [{quoted(branch)}]", "the branch that git calls the main one here")
    why = f"{days} days from now: until then a tolerance without a baseline does not block"
    text.add(f"  bootstrap_until: {until}", why)
    why = "a store that CI sees too: clean runs of the branch are then pushed to it"
    text.off('  store: "git:perfgate-baselines"', why)
    return text.whole()


def names_of(loads: tuple[Load, ...]) -> tuple[str, ...]:
    """A name for the budget of each load: the first is `api`."""
    names = ["api"]
    for load in loads[1:]:
        stem = slug(load.script.rpartition("/")[2].rpartition(".")[0], "load")
        taken = {*names, "web", "bundle", "bench", "db", "services", "policy", "waivers"}
        taken |= {"accepted", "retired"}
        names.append(stem if stem not in taken else f"{stem}-{len(names)}")
    return tuple(names[: len(loads)])


def _begun(setting: Setting, kind: str = "budget") -> Text:
    text = Text([schema_line(kind)])
    text.say(f"Written by `gate init` ({setting.written_by}); yours from now on.")
    return text
