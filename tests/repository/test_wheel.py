"""
The wheel that the tree builds is complete, and works away from the tree.
"""

from __future__ import annotations

import configparser
import email
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

from twisted.trial.unittest import SkipTest, SynchronousTestCase

from tests.repository.tree import ROOT

_SECONDS = 120
_BUILT: list[Path] = []


def _run(*command: str, cwd: Path) -> str:
    """The output of a program that must end well, within a bound and without the network."""
    done = subprocess.run(
        command, cwd=cwd, capture_output=True, text=True, timeout=_SECONDS, check=False
    )
    if done.returncode:
        raise AssertionError(f"{command} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout


def _build(folder: Path) -> Path:
    """Build the wheel from a copy, so that no ``build/`` of an earlier day gets into it."""
    copy = folder / "tree"
    copy.mkdir()
    for name in ("LICENSE", "README.rst", "pyproject.toml", "setup.cfg"):
        (copy / name).write_bytes((ROOT / name).read_bytes())
    for top in ("ocppgw", "twisted"):
        for path in (ROOT / top).rglob("*"):
            if path.is_file() and "__pycache__" not in path.parts:
                target = copy / path.relative_to(ROOT)
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(path.read_bytes())
    _run(
        *(sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-index"),
        *("--no-build-isolation", "--wheel-dir", str(folder), str(copy)),
        cwd=folder,
    )
    return next(folder.glob("ocppgw-*.whl"))


class Wheel(SynchronousTestCase):
    """One wheel, built from the tree as it is."""

    def setUp(self) -> None:
        """Build at the first question only; trial removes the folder before its next run."""
        if not _BUILT:
            folder = Path(self.mktemp()).resolve()
            folder.mkdir(parents=True)
            _BUILT.append(_build(folder))
        (self.wheel,) = _BUILT
        with zipfile.ZipFile(self.wheel) as archive:
            self.names = set(archive.namelist())

    def test_plugin(self) -> None:
        """The wheel brings twistd's plugin and touches nothing else of Twisted's."""
        brought = {name for name in self.names if name.startswith("twisted/")}
        self.assertEqual({"twisted/plugins/ocppgw_plugin.py"}, brought)

    def test_packageIsWhole(self) -> None:
        """Every file of the package is in the wheel, data included, and nothing besides."""
        files = {
            str(path.relative_to(ROOT))
            for path in (ROOT / "ocppgw").rglob("*")
            if path.is_file() and "__pycache__" not in path.parts
        }
        self.assertIn("ocppgw/py.typed", files)
        self.assertEqual(files, {name for name in self.names if name.startswith("ocppgw/")})

    def test_metadata(self) -> None:
        """The wheel says what setup.cfg says: name, licence, Python and every dependency."""
        with zipfile.ZipFile(self.wheel) as archive:
            name = next(name for name in self.names if name.endswith(".dist-info/METADATA"))
            told = email.message_from_bytes(archive.read(name))
        setup = configparser.ConfigParser()
        setup.read(ROOT / "setup.cfg")
        lines = setup["options"]["install_requires"].replace(" ", "").split()
        needed = {line for line in told.get_all("Requires-Dist") or [] if "extra" not in line}
        self.assertEqual(("ocppgw", "MIT", ">=3.11"), _first(told))
        self.assertEqual(set(lines), needed)
        self.assertIn("opcua==0.98.13", needed)

    def test_everyPackageHasItsInit(self) -> None:
        """No folder of the package is an accidental namespace that tools would pass over."""
        folders = {Path(name).parent for name in self.names if name.startswith("ocppgw/")}
        bare = {str(folder) for folder in folders if f"{folder}/__init__.py" not in self.names}
        self.assertEqual(set(), bare)

    def test_worksElsewhere(self) -> None:
        """Installed in another environment, ``twistd ocppgw --help`` comes from the wheel."""
        if not (ROOT / "ocppgw" / "tap.py").exists():
            raise SkipTest("ocppgw.tap is not there yet")
        place = self.wheel.parent / "elsewhere"
        venv.create(place, symlinks=True)
        python = str(place / "bin" / "python")
        site = Path(sysconfig.get_path("purelib", vars={"base": str(place)}))
        # The dependencies of this environment without its own .pth files, hence without the tree.
        (site / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
        _run(
            *(sys.executable, "-m", "pip", "--python", python, "install", "--quiet", "--no-deps"),
            *("--no-index", "--ignore-installed", str(self.wheel)),
            cwd=place,
        )
        start = "import sys; from twisted.scripts.twistd import run; sys.argv[0] = 'twistd'; run()"
        shown = _run(python, "-I", "-c", start, "ocppgw", "--help", cwd=place)
        where = _run(python, "-I", "-c", "import ocppgw.tap; print(ocppgw.tap.__file__)", cwd=place)
        self.assertIn("--ocpp", shown)
        self.assertTrue(where.startswith(str(site)), where)


def _first(told: email.message.Message) -> tuple[str | None, str | None, str | None]:
    return told["Name"], told["License-Expression"] or told["License"], told["Requires-Python"]
