"""The log of one unit: marked at its beginning and end, then counted by bound."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gate.core.reasons import Code, Reason, because
from gate.core.sli import Beyond
from gate.runners.postgres.connect import NAME, Database, UnreadableError
from gate.runners.postgres.logfiles import TOOL, LogFiles
from gate.runners.postgres.logsetup import Lacking, lacking_bound
from gate.runners.postgres.records import GarbledError, read_records
from gate.runners.postgres.server import Server
from gate.runners.postgres.slow import Ran, Slow, count, ran
from gate.runners.postgres.statements import Statement
from gate.runners.postgres.tail import Tail
from gate.runners.postgres.wanted import Wanted

Told = tuple[Ran, ...]


@dataclass(frozen=True, slots=True)
class LogWatch:
    """What is looked for in the log of a server. Whatever is lacking is the answer, as a reason."""

    server: Server
    files: LogFiles | Lacking
    bounds: tuple[Beyond, ...]
    wanted: Wanted

    def begin(self, database: Database) -> Tail | Reason:
        """Mark the beginning of a unit."""
        if isinstance(self.files, Lacking):
            return self.files.reason
        try:
            tail = Tail(self.files, database)
            tail.begin(database)
        except UnreadableError as error:
            return error.reason
        return tail

    def end(self, database: Database, tail: Tail | Reason) -> Told | Reason:
        """Mark the end of a unit; what ran between the marks, what still runs included."""
        if isinstance(tail, Reason) or isinstance(self.files, Lacking):
            return tail if isinstance(tail, Reason) else _never_begun()
        prefix = self.server.settings.get("log_line_prefix", "")
        running = self._still_running(database)
        found: list[Ran] = []
        try:
            for raw in tail.end(database):
                records = read_records(self.files.form, raw, prefix)
                found += ran(records, database=self.server.database, user=self.server.user)
            for line in tail.marks:
                _check_mark(line, self.files.form, prefix)
        except GarbledError as error:
            return because(Code.OUTPUT_UNREADABLE, tool=TOOL, detail=str(error))
        return (*found, *running)

    def count(
        self, database: Database, told: Told | Reason, done: tuple[Statement, ...]
    ) -> Mapping[Beyond, Slow | Reason]:
        """Count by bound; `done` is what the view says about the same unit."""
        if isinstance(told, Reason):
            return dict.fromkeys(self.bounds, told)
        ignored = frozenset(each.query_id for each in done if not self.wanted.counts(each.text))
        users = {each.user for each in done if each.query_id not in ignored}
        found: dict[Beyond, Slow | Reason] = {}
        for bound in self.bounds:
            lacking = lacking_bound(database, self.server, bound.quantity.value, users)
            counted = count(told, bound, self.wanted, ignored)
            found[bound] = lacking.reason if lacking else counted
        return found

    def _still_running(self, database: Database) -> Told:
        """Statements that the load left behind: neither the view nor the log has them yet."""
        rows = database.rows(
            "SELECT extract(epoch FROM clock_timestamp() - query_start)::float8,"
            " convert_to(query, 'UTF8') FROM pg_catalog.pg_stat_activity"
            " WHERE datid = %s AND (%s = '' OR usename = %s) AND state = 'active'"
            " AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
            " AND application_name NOT LIKE %s",
            self.server.database_oid,
            self.server.user,
            self.server.user,
            f"{NAME}-%",
        )
        return tuple(
            Ran(float(age or 0), bytes(text or b"").decode("utf-8", "replace"), finished=False)
            for age, text in rows
        )


def _check_mark(line: bytes, form: str, prefix: str) -> None:
    """Our own line has to be read as a message of a database: where it is not, none is.

    Plain lines that do not begin as they should are passed over, so a `log_line_prefix` that was
    changed meanwhile, or a log that something else writes anew, would be a log without slow ones.
    """
    if not any(record.database for record in read_records(form, line, prefix)):
        raise GarbledError(f"its lines do not begin as log_line_prefix says: {line[:80]!r}")


def _never_begun() -> Reason:
    return because(Code.NOT_OBSERVED, during="named in `during:`")
