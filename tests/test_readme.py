"""The README's console blocks are run; numbers, commits and folders are masked on both sides."""

from pathlib import Path

from tests.helpers.pages import ROOT, blocks, environment, says, shell

README = ROOT / "README.md"


def test_the_console_blocks_say_what_the_commands_print(tmp_path: Path) -> None:
    env = environment(tmp_path / "cache")
    project = tmp_path / "project"
    (project / "budgets").mkdir(parents=True)
    (project / "dist").mkdir()
    (budget,) = (block for block in blocks(README, "yaml") if not block.file)
    (project / "budgets" / "bundle.yml").write_text(budget.text)
    values = ",".join(str(i * 7919 % 10007) for i in range(3000))
    (project / "dist" / "app.js").write_text(f"console.log({values});")
    (project / ".gitignore").write_text(".gate/\nreport.txt\n")
    shell("git init -q -b main && git add -A && git commit -qm start", project, env)

    asked = [each for block in blocks(README, "console") for each in block.commands()]
    assert len(asked) >= 6
    for command, said in asked:
        printed = shell(command, project, env)
        assert says(printed, said), f"$ {command}\n{printed}"
