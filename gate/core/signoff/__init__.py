"""A release's sign-off as a value: what somebody said of it, and what the records themselves say.

`Given` is what no record holds (tags, files, approvals); all else follows from the run and its
outcome, so that whoever verifies a sign-off can make the document again and compare it.
"""

from gate.core.signoff.document import documented, result_of
from gate.core.signoff.people import same_person
from gate.core.signoff.values import (
    SIGNOFF_SCHEMA,
    Approval,
    Check,
    CheckedBound,
    FileDigest,
    Given,
    Result,
    Revision,
    SignedWaiver,
    Signoff,
    StoredRun,
    WaiverState,
    Written,
)

__all__ = [
    "SIGNOFF_SCHEMA",
    "Approval",
    "Check",
    "CheckedBound",
    "FileDigest",
    "Given",
    "Result",
    "Revision",
    "SignedWaiver",
    "Signoff",
    "StoredRun",
    "WaiverState",
    "Written",
    "documented",
    "result_of",
    "same_person",
]
