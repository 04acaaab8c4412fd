"""The sign-off as an in-toto Statement v1 with a test-result predicate, for whoever signs it.

Fields: in-toto/attestation spec/v1/statement.md, spec/predicates/test-result.md (commit 051624c);
digests by the names of spec/v1/digest_set.md. What is ours stands under one key of the predicate,
which the predicate's schema allows.
"""

from __future__ import annotations

import hashlib

from gate.core.signoff import FileDigest, Result, Signoff, result_of
from gate.core.verdict import Outcome
from gate.record.canonical import Tree, dump

STATEMENT_TYPE = "https://in-toto.io/Statement/v1"
PREDICATE_TYPE = "https://in-toto.io/attestation/test-result/v0.1"


def statement(signoff: Signoff, outcome: Outcome, document: bytes) -> bytes:
    """The statement as canonical JSON; `document` is the content of `signoff.json`."""
    return dump(
        {
            "_type": STATEMENT_TYPE,
            "subject": _subjects(signoff),
            "predicateType": PREDICATE_TYPE,
            "predicate": _predicate(signoff, outcome, document),
        }
    )


def predicate(signoff: Signoff, outcome: Outcome, document: bytes) -> bytes:
    """The predicate alone: `predicate-path` of GitHub's actions/attest."""
    return dump(_predicate(signoff, outcome, document))


def _subjects(signoff: Signoff) -> Tree:
    """The artifacts; of a release without any, its commit."""
    if signoff.given.artifacts:
        return [{"name": a.path, "digest": {"sha256": a.sha256}} for a in signoff.given.artifacts]
    release = signoff.given.release
    return [{"name": release.name, "digest": {"gitCommit": release.commit}}]


def _predicate(signoff: Signoff, outcome: Outcome, document: bytes) -> dict[str, Tree]:
    listed: dict[Result, list[str]] = {result: [] for result in Result}
    for row in outcome.rows:
        result = result_of(row)
        if result is not None:
            listed[result].append(row.objective.id)
    made: dict[str, Tree] = {
        "result": signoff.result.value,
        "configuration": [_resource(each) for each in signoff.given.budgets],
        "passedTests": listed[Result.PASSED],
        "warnedTests": listed[Result.WARNED],
        "failedTests": listed[Result.FAILED],
        "perfgate": {
            "release": signoff.given.release.name,
            "commit": signoff.given.release.commit,
            "against": signoff.given.previous.name,
            "at": signoff.given.at,
            "exit": int(signoff.exit),
            "document": {
                "name": "signoff.json",
                "digest": {"sha256": hashlib.sha256(document).hexdigest()},
            },
        },
    }
    return made | ({"url": signoff.given.url} if signoff.given.url else {})


def _resource(file: FileDigest) -> Tree:
    digest = {"sha256": file.sha256} | ({"gitBlob": file.blob} if file.blob else {})
    return {"name": file.path, "digest": digest}
