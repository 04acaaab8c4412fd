"""PostgreSQL's own statistics and log, read while another budget loads the server.

Calls and times are differences of pg_stat_statements; the part of slow statements is counted in
the server's log, because the view has no histogram. Nothing on the server is set, reset or stored;
a line in its log marks where each unit begins and ends.
"""

from gate.runners.postgres.options import PostgresOptions
from gate.runners.postgres.probe import probe
from gate.runners.postgres.runner import RUNNER

__all__ = ["RUNNER", "PostgresOptions", "probe"]
