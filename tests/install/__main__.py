"""
Follows the site guide, and what it tells operators, in a new Debian with a systemd of its own:
``make install-test``.

Needs root, debootstrap and systemd-nspawn, and Debian's packages from wherever apt gets them; it
says so and ends well where they are missing.  ``OCPPGW_INSTALL_BASE`` names a folder where the bare
Debian is kept for the next time.  Everything else is in a temporary folder and goes with it; what
runs is ended after `LONGEST` at the latest, the making of the bare Debian after `BARE`.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

from tests.install.script import PAGES, containerScript, guideScript

ROOT = Path(__file__).resolve().parents[2]
LONGEST = 600
BARE = 1800
"""Seconds for the bare Debian: a busy machine unpacks slowly."""

DEBIAN = "bookworm"
PACKAGES = "ca-certificates,dbus,logrotate,python3-venv,systemd,systemd-sysv"
LOCKS = ("requirements-build.lock", "requirements.lock")
OLDER = "0.0.1"
END = "followed to"

UNIT = """[Unit]
Description=The site guide, to the letter
SuccessAction=exit-force
FailureAction=exit-force
[Service]
Type=oneshot
ExecStart=/bin/bash /guide/run.sh
StandardOutput=file:/guide/said
StandardError=inherit
TimeoutStartSec=500
[Install]
WantedBy=multi-user.target
"""


def missing() -> str:
    """What this machine lacks; empty where it has all."""
    if os.geteuid() != 0:
        return "this needs root, for a root of its own"
    for program in ("debootstrap", "systemd-nspawn"):
        if shutil.which(program) is None:
            return f"{program} is missing: apt-get install debootstrap systemd-container"
    if sys.version_info[:2] != (3, 11):
        return f"{DEBIAN} has Python 3.11, for which packages are fetched by the same"
    return ""


def run(*words: str | Path, cwd: Path = ROOT) -> None:
    """Run a program to its good end."""
    subprocess.run([str(word) for word in words], cwd=cwd, check=True, timeout=LONGEST)


def base(folder: Path) -> Path:
    """A bare Debian."""
    kept = os.environ.get("OCPPGW_INSTALL_BASE")
    place = Path(kept) if kept else folder / "base"
    if not (place / "usr/bin/python3").exists():
        print("making a bare Debian", flush=True)
        try:
            with (folder / "debootstrap.log").open("w") as log:
                subprocess.run(
                    ["debootstrap", "--variant=minbase", f"--include={PACKAGES}", DEBIAN, place],
                    check=True,
                    timeout=BARE,
                    stdout=log,
                )
        finally:
            # One that was cut short leaves them there: they must not be removed with the folder.
            for mounted in filter(os.path.ismount, (place / "proc", place / "sys")):
                subprocess.run(["umount", "--lazy", mounted], check=True, timeout=LONGEST)
    return place


def older(folder: Path, source: Path) -> Path:
    """Distributions of an older release: the same program with another number."""
    with tarfile.open(source) as archive:
        archive.extractall(folder / "older", filter="data")
    [tree] = (folder / "older").iterdir()
    version = tree / "ocppgw/__init__.py"
    line = version.read_text().rpartition("__version__")[0] + f'__version__ = "{OLDER}"\n'
    version.write_text(line)
    words = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder / "old")]
    subprocess.run([*words, str(tree)], check=True, timeout=LONGEST, stdout=subprocess.DEVNULL)
    return folder / "old"


def wheels(folder: Path) -> Path:
    """The packages of the locks, fetched as the guide says for machines without the Internet."""
    words = [word for lock in LOCKS for word in ("-r", lock)]
    run(
        *(sys.executable, "-m", "pip", "--quiet", "download", "--no-deps", "--require-hashes"),
        *("--dest", str(folder / "wheels"), *words),
    )
    return folder / "wheels"


def furnish(root: Path, script: str, folders: dict[str, Path]) -> None:
    """Put a script into a root that is to run it, and what it needs."""
    guide = root / "guide"
    guide.mkdir()
    (guide / "run.sh").write_text(script)
    shutil.copy(ROOT / "tests/install/calling.py", guide)
    for name, folder in folders.items():
        shutil.copytree(folder, root / name, dirs_exist_ok=True)
    units = root / "etc/systemd/system"
    (units / "guide.service").write_text(UNIT)
    wanted = units / "multi-user.target.wants"
    wanted.mkdir(exist_ok=True)
    (wanted / "guide.service").symlink_to("/etc/systemd/system/guide.service")


def follow(name: str, bare: Path, folder: Path, script: str, folders: dict[str, Path]) -> bool:
    """Run a script in a root of its own; whether it came to its end."""
    root = folder / name
    run("cp", "--archive", "--reflink=auto", bare, root)
    furnish(root, script, folders)
    with (folder / f"{name}.log").open("wb") as log:
        words = ["systemd-nspawn", "--quiet", "--directory", str(root), "--boot"]
        words += ["--private-network", "--register=no", "--keep-unit", f"--machine=ocppgw-{name}"]
        machine = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        try:
            machine.wait(LONGEST)
        except subprocess.TimeoutExpired:
            machine.kill()
            machine.wait()
    said = (
        (root / "guide/said").read_text(errors="replace") if (root / "guide/said").exists() else ""
    )
    print(said, flush=True)
    if END not in said:
        print((folder / f"{name}.log").read_text(errors="replace")[-3000:])
    shutil.rmtree(root, ignore_errors=True)
    return END in said


def main() -> int:
    """The guide, then the Containerfile."""
    lacking = missing()
    if lacking:
        print(f"The site guide was not tried: {lacking}")
        return 0
    [source] = (ROOT / "dist").glob("ocppgw-*.tar.gz")
    with tempfile.TemporaryDirectory(prefix="ocppgw-install-") as name:
        folder = Path(name)
        bare, fetched = base(folder), wheels(folder)
        guide = guideScript({page: (ROOT / page).read_text() for page in PAGES})
        old = older(folder, source)
        wellGuided = follow(
            "site", bare, folder, guide, {"wheels": fetched, "root": old, "new": ROOT / "dist"}
        )
        with tarfile.open(source) as archive:
            archive.extractall(folder / "unpacked", filter="data")
        [context] = (folder / "unpacked").iterdir()
        image = containerScript((context / "Containerfile").read_text())
        wellContained = follow(
            "image", bare, folder, image, {"wheels": fetched, "context": context}
        )
    print(f"site guide: {'well' if wellGuided else 'FAILED'}")
    print(f"Containerfile: {'well' if wellContained else 'FAILED'}")
    return 0 if wellGuided and wellContained else 1


if __name__ == "__main__":
    sys.exit(main())
