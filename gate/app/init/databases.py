"""PostgreSQL: whether the application speaks to it, and which variable says where it is."""

from __future__ import annotations

import re

from gate.app.init.finds import Database
from gate.app.init.listing import Listing

_NEEDS = re.compile(
    r"""^[ \t]*['"]?(psycopg2?(?:-binary)?|asyncpg|pg8000|django|sqlalchemy|sqlmodel|pg|postgres|"""
    r"""sequelize|typeorm|prisma|knex)\b""",
    re.IGNORECASE | re.MULTILINE,
)
_SPEAKS = re.compile(
    r"django\.db\.backends\.postgresql|postgres(?:ql)?(?:\+\w+)?://|\bimage:\s*['\"]?postgres",
    re.IGNORECASE,
)
_VARIABLE = re.compile(
    r"""(?:environ(?:\.get)?\s*[\[(]\s*['"]|getenv\(\s*['"]|process\.env\.|env\(\s*['"]|\$\{?)"""
    r"""([A-Z][A-Z0-9_]*(?:DATABASE|POSTGRES|PG|DB)_(?:URL|URI|DSN)|DATABASE_URL|DB_URL)""",
)
_CODE = (".py", ".js", ".ts", ".toml", ".yml", ".yaml", ".env.example", ".sh")
_DEPENDENCIES = ("requirements.txt", "pyproject.toml", "Pipfile", "setup.cfg", "package.json")
_MOST = 800


def find_database(listing: Listing) -> Database | None:
    """What names PostgreSQL, and the variable with its address (DATABASE_URL where none is)."""
    files = [f for f in listing.ending(*_CODE) if "test" not in f][:_MOST]
    where = next((f for f in files if _SPEAKS.search(listing.text(f))), "")
    if not where:
        return None
    needing = next((f for f in listing.named(*_DEPENDENCIES) if _NEEDS.search(listing.text(f))), "")
    beside = f", and {needing} asks for a driver or an ORM" if needing else ""
    for file in files:
        named = _VARIABLE.search(listing.text(file))
        if named:
            return Database(named[1], f"{where} names PostgreSQL{beside}; {file} reads {named[1]}")
    return Database("DATABASE_URL", f"{where} names PostgreSQL{beside}; no variable was found")
