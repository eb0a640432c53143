"""
Every block of every page, in order, in a copy of the tree that is thrown away.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import attrs

from docs.running.blocks import COMMANDS, PROGRAMS, SETTINGS, Block, Page, readPage, script
from docs.running.network import Network
from docs.running.processes import Failed, Running, finish, start

ROOT = Path(__file__).resolve().parents[2]
FIRST = ("README.rst", "docs/quickstart.rst")
LIMIT = 180.0
"""Seconds for a block that ends by itself."""

LONG = 900.0
"""Seconds where the network is needed, and for a gateway to be ready."""

READY = "ocppgw ready"
_KEPT = ("PATH", "HOME", "LANG", "TMPDIR")
_OF_PROXIES = ("PIP_", "NPM_CONFIG_", "npm_config_", "HTTP", "http", "SSL_", "REQUESTS_")


def pages(root: Path = ROOT) -> Iterator[Page]:
    """All pages, the first ones first."""
    found = [str(path.relative_to(root)) for path in sorted(root.glob("docs/*.rst"))]
    for path in dict.fromkeys((*FIRST, *found, "CONTRIBUTING.rst")):
        yield readPage(path, (root / path).read_text(encoding="utf-8"))


def copyTree(root: Path, target: Path) -> None:
    """Copy what is the project's own, as a clone would have it."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=root,
        check=True,
        stdout=subprocess.PIPE,
    ).stdout.decode()
    for name in filter(None, listed.split("\0")):
        if (root / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(root / name, target / name)


def environment() -> dict[str, str]:
    """What a shell of a new user has, and the way to a package index where that is set."""
    return {
        name: value
        for name, value in os.environ.items()
        if name in _KEPT or name.startswith(_OF_PROXIES)
    }


@attrs.define
class Runner:
    """
    Runs pages.

    :ivar tree: the copy of the tree that is worked in.
    :ivar say: told each block with what came of it.
    :ivar failures: what did not do what its page says.
    :ivar left: the blocks that are not run, with their reasons.
    """

    tree: Path
    logs: Path
    network: Network
    say: Callable[[str], None]
    failures: list[str] = attrs.field(factory=list)
    left: list[str] = attrs.field(factory=list)
    _count: int = 0

    def run(self, page: Page) -> None:
        """Run a page from its first block to its last, then end what it started."""
        background: list[Running] = []
        shutil.rmtree(self.tree / "ocppgw-state", ignore_errors=True)
        try:
            for command in page.beforehand:
                background.append(self._background(command, READY))
            for block in page.blocks:
                self._block(block, background)
        except Failed as error:
            self._failed(f"{page.path}: beforehand", error)
        finally:
            for running in reversed(background):
                running.end()

    def _block(self, block: Block, background: list[Running]) -> None:
        if block.mark.reason or block.mark.elsewhere:
            why = block.mark.reason or f"{block.mark.elsewhere} runs it"
            self.left.append(f"{block.place}: {why}")
            return
        try:
            if not self._ran(block, background):
                return
        except Failed as error:
            self._failed(block.place, error)
        else:
            self.say(f"{block.place}: done")

    def _failed(self, place: str, error: Failed) -> None:
        self.failures.append(place)
        self.say(f"{place}: FAILED, {error}")

    def _ran(self, block: Block, background: list[Running]) -> bool:
        """Run a block; false where there is nothing to run."""
        mark = block.mark
        if block.language in COMMANDS and mark.until:
            background.append(self._background(script(block), mark.until))
        elif block.language in COMMANDS:
            self._words(["sh", "-eu", "-c", script(block)], mark.typing, mark.online)
        elif block.language in PROGRAMS:
            self._program(block)
        elif block.language in SETTINGS:
            self._settings(block)
        else:
            return False
        return True

    def _program(self, block: Block) -> None:
        suffix, with_ = (".py", "client/bin/python")
        if block.language == "javascript":
            suffix, with_ = (".js", "node")
        path = self.tree / f"block{suffix}"
        path.write_text(block.text, encoding="utf-8")
        self._words([with_, str(path)], "", online=False)

    def _settings(self, block: Block) -> None:
        path = self.tree / "block.toml"
        path.write_text(block.text, encoding="utf-8")
        words = [".venv/bin/twistd", "-n", "--pidfile=", "ocppgw", "--config", str(path)]
        self._words([*words, "--check-config"], "", online=False)

    def _words(self, words: list[str], typing: str, online: bool) -> None:
        finish(self._start(words, typing, online), LONG if online else LIMIT)

    def _background(self, command: str, until: str) -> Running:
        running = self._start(["sh", "-eu", "-c", command], "", online=False)
        try:
            running.until(until, LONG)
        except Failed:
            running.end()
            raise
        return running

    def _start(self, words: list[str], typing: str, online: bool) -> Running:
        self._count += 1
        prefix = () if online else self.network.prefix
        own = {} if online else {"XDG_CONFIG_HOME": str(self.logs / "config")}
        log = self.logs / f"{self._count}.log"
        return start((*prefix, *words), self.tree, {**environment(), **own}, log, typing)

    def prepare(self) -> None:
        """Fill the copy's virtual environment, the one thing that needs the network unasked."""
        self._words(["make", f"PYTHON={sys.executable}", ".venv/installed"], "", online=True)
