"""The modules that we give to k6: one that runs the user's script, one that asks for its metrics.

The user's script stays as it is. ES modules, TypeScript and CommonJS, with or without a default
export, options or a handleSummary of their own; tried with k6 v0.57 and v1.1.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from gate.runners.k6.environment import SUMMARY

TYPES_MARK = "perfgate metric types "
# Without these system tags no sample tells its scenario, its success or its name.
_TAGS = ("error_code", "expected_response", "group", "name", "scenario", "status")

_RUN = """\
import * as user from {script};
export * from {script};
export default user.default;

// A CommonJS script has everything on its default export.
const common = user.default || {{}};
const own = user.options || common.options || {{}};
const summarize = user.handleSummary || common.handleSummary;

// An empty list asks for no more than that the metric exists.
const asked = {asked};
const extra = {{ thresholds: Object.assign({{}}, asked, own.thresholds) }};
if (Array.isArray(own.systemTags)) {{
  extra.systemTags = Array.from(new Set(own.systemTags.concat({tags})));
}}
export const options = Object.assign({{}}, own, extra);

export function handleSummary(data) {{
  const kept = JSON.stringify({{ state: data.state, metrics: data.metrics }});
  const keep = (files) => Object.assign({{}}, files, {{ [__ENV.{summary}]: kept }});
  const failed = (error) => {{
    console.error(error);
    return keep({{}});
  }};
  try {{
    const files = typeof summarize === 'function' ? summarize(data) : {{}};
    return files && typeof files.then === 'function' ? files.then(keep, failed) : keep(files);
  }} catch (error) {{
    return failed(error);
  }}
}}
"""

# k6 refuses to register a metric again as another type, so what it accepts is what the metric is.
_TYPES = """\
import {{ Counter, Gauge, Rate, Trend }} from 'k6/metrics';
import * as user from {script};

const makers = {{ trend: Trend, counter: Counter, gauge: Gauge, rate: Rate }};
const types = {{}};
for (const name of {names}) {{
  for (const type of Object.keys(makers)) {{
    for (const time of [false, true]) {{
      try {{
        new makers[type](name, time);
        types[name] = types[name] || [type, time];
      }} catch (error) {{
        continue;
      }}
    }}
  }}
}}
console.log({mark} + JSON.stringify(types));
export default function () {{
  return user;
}}
"""


def run_module(script: Path, metrics: Iterable[str]) -> str:
    """The module to run: the script, plus a check that `metrics` exist, plus our summary file."""
    return _RUN.format(
        script=json.dumps(script.as_uri()),
        asked=json.dumps({name: [] for name in sorted(metrics)}),
        tags=json.dumps(_TAGS),
        summary=SUMMARY,
    )


def types_module(script: Path, names: Iterable[str]) -> str:
    """The module that logs the type of each metric, and whether it holds milliseconds."""
    return _TYPES.format(
        script=json.dumps(script.as_uri()),
        names=json.dumps(sorted(names)),
        mark=json.dumps(TYPES_MARK),
    )
