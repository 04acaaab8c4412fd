"""A commented YAML text, line by line: every line says where it came from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from gate.app.init.names import comment, flow, quoted

_WIDTH = 100


@dataclass(slots=True)
class Text:
    """Lines with their comments, beside the line where both fit and above it where they do not."""

    lines: list[str] = field(default_factory=list)

    def say(self, words: str, indent: int = 0) -> None:
        """A comment alone."""
        self.lines.append(f"{' ' * indent}# {comment(words)}")

    def add(self, line: str, why: str) -> None:
        """A line and why it is there."""
        words = comment(why)
        indent = line[: len(line) - len(line.lstrip())]
        if len(line) + len(words) + 4 <= _WIDTH:
            self.lines.append(f"{line}  # {words}")
        else:
            self.lines += [f"{indent}# {words}", line]

    def listed(self, key: str, words: Sequence[str], why: str) -> None:
        """A list under a key: on one line where that is short."""
        line = f"{key}: {flow(tuple(words))}"
        if len(line) <= _WIDTH:
            self.add(line, why)
            return
        self.add(f"{key}:", why)
        indent = " " * (len(key) - len(key.lstrip()))
        self.lines += [f"{indent}  - {quoted(word)}" for word in words]

    def off(self, line: str, why: str) -> None:
        """A line that is not in force, for the reader to switch on."""
        bare = line.lstrip()
        indent = " " * (len(line) - len(bare))
        self.add(f"{indent}# {bare}", why)

    def blank(self) -> None:
        """An empty line."""
        self.lines.append("")

    def whole(self) -> str:
        """The text of the file."""
        return "\n".join(self.lines) + "\n"


def schema_line(kind: str) -> str:
    """The modeline that editors' YAML servers read; the schema lies beside the budgets."""
    return f"# yaml-language-server: $schema=.schema/{kind}.schema.json"
