"""The optional driver: psycopg is LGPL and installed only by who asks for it."""

from __future__ import annotations

from gate.core.reasons import Code, Reason, because

REMEDY = "pip install 'perfgate[postgres]'"


def driver() -> str | Reason:
    """The version of psycopg, or why it cannot be used."""
    try:
        import psycopg
    except ImportError as error:  # absent, or its libpq is
        detail = " ".join(str(error).split())
        return because(Code.TOOL_ABSENT, tool="psycopg", detail=detail, remedy=REMEDY)
    return psycopg.__version__
