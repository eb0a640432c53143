"""``ocppgw-admin backup`` and ``restore``."""

from __future__ import annotations

import os
import sqlite3
import tarfile
from contextlib import closing
from pathlib import Path
from unittest import SkipTest

from ocppgw.admin import restore
from ocppgw.gateway.service import DATABASE
from ocppgw.store.copying import rowsOf
from ocppgw.store.lock import Lock
from tests.admin.support import AdminCase


class BackupTests(AdminCase):
    """One file with everything."""

    def setUp(self) -> None:
        super().setUp()
        self.live()
        self.archive = self.folder / "backup.tar.gz"

    def test_content(self) -> None:
        """Database, certificates, passwords and configuration, for the owner's eyes only."""
        self.assertEqual(self.admin("backup", str(self.archive)), 0)
        with tarfile.open(self.archive) as tar:
            names = set(tar.getnames())
        self.assertEqual(
            names,
            {
                "manifest.json",
                f"state/{DATABASE}",
                "state/initial-password",
                "state/pki/own/note.txt",
                "configuration/site.toml",
            },
        )
        self.assertEqual(self.archive.stat().st_mode & 0o777, 0o600)
        self.assertEqual([path.name for path in self.folder.glob("tmp*")], [])

    def test_online(self) -> None:
        """While a gateway writes, the copy is as of one moment and whole."""
        lock = Lock(self.state / DATABASE)
        self.addCleanup(lock.release)
        with closing(sqlite3.connect(self.state / DATABASE)) as writer:
            writer.execute("INSERT INTO counter VALUES ('committed', 1)")
            writer.commit()
            writer.execute("INSERT INTO counter VALUES ('open', 1)")
            self.assertEqual(self.admin("backup", str(self.archive)), 0)
        self.assertEqual(self.restored("elsewhere"), 0)
        database = self.folder / "elsewhere" / DATABASE
        with closing(sqlite3.connect(database)) as copy:
            names = {name for (name,) in copy.execute("SELECT name FROM counter")}
        self.assertIn("committed", names)
        self.assertNotIn("open", names)

    def restored(self, state: str, *arguments: str) -> int:
        state = str(self.folder / state)
        return self.run_("--state", state, "restore", *arguments, str(self.archive))

    def test_notTwice(self) -> None:
        """A file that is there is never overwritten."""
        self.archive.write_text("precious")
        self.assertEqual(self.admin("backup", str(self.archive)), 1)
        self.assertEqual(self.archive.read_text(), "precious")
        self.assertIn("is there already", self.complained)

    def test_noState(self) -> None:
        """Without a database there is one line, and no archive."""
        self.assertEqual(self.run_("--state", "nowhere", "backup", str(self.archive)), 1)
        self.assertEqual(self.complained.count("\n"), 1)
        self.assertFalse(self.archive.exists())

    def test_roundTrip(self) -> None:
        """What was saved is there again, row by row and file by file."""
        self.admin("backup", str(self.archive))
        before = rowsOf(self.state / DATABASE)
        self.assertEqual(self.restored("elsewhere"), 0)
        state = self.folder / "elsewhere"
        self.assertEqual(rowsOf(state / DATABASE), before)
        self.assertEqual((state / "pki/own/note.txt").read_text(), "kept")
        self.assertEqual(state.stat().st_mode & 0o777, 0o700)
        for path in state.rglob("*"):
            self.assertEqual(path.stat().st_mode & 0o077, 0, path)

    def test_configuration(self) -> None:
        """The configuration comes back where it is asked for, and replaces nothing."""
        self.admin("backup", str(self.archive))
        target = self.folder / "new" / "site.toml"
        self.assertEqual(self.restored("elsewhere", "--configuration", str(target)), 0)
        self.assertEqual(target.read_text(), self.file.read_text())
        self.assertEqual(self.restored("third", "--configuration", str(target)), 1)

    def test_occupied(self) -> None:
        """A state that is there is not touched, unless --replace says so; then it is kept aside."""
        self.admin("backup", str(self.archive))
        (self.state / "pki/own/note.txt").write_text("newer")
        self.assertEqual(self.restored("state"), 1)
        self.assertIn("--replace", self.complained)
        self.assertEqual((self.state / "pki/own/note.txt").read_text(), "newer")
        self.assertEqual(self.restored("state", "--replace"), 0)
        self.assertEqual((self.state / "pki/own/note.txt").read_text(), "kept")
        [aside] = self.state.glob("before-restore-*")
        self.assertEqual((aside / "pki/own/note.txt").read_text(), "newer")
        self.assertEqual(sorted(self.state.glob(".*")), [])

    def test_asideStays(self) -> None:
        """What a restore moved aside is no part of the backups that follow."""
        self.admin("backup", str(self.archive))
        self.assertEqual(self.restored("state", "--replace"), 0)
        self.archive.unlink()
        self.admin("backup", str(self.archive))
        self.assertEqual(self.restored("elsewhere"), 0)
        self.assertEqual(list((self.folder / "elsewhere").glob("before-restore-*")), [])
        self.assertTrue((self.folder / "elsewhere/pki/own/note.txt").exists())

    def test_owner(self) -> None:
        """What root restores belongs to the service's user, whose state folder it is."""
        if os.geteuid() != 0:
            raise SkipTest("only root can give files away")
        self.admin("backup", str(self.archive))
        for path in (self.state, *self.state.rglob("*")):
            os.chown(path, 12345, 12345)
        self.assertEqual(self.restored("state", "--replace"), 0)
        owners = {path.stat().st_uid for path in (self.state, *self.state.rglob("*"))}
        self.assertEqual(owners, {12345})

    def test_links(self) -> None:
        """A link that the service's user plants among the files gives away nothing else."""
        if os.geteuid() != 0:
            raise SkipTest("only root can give files away")
        elsewhere, made = self.folder / "elsewhere", self.folder / "made"
        for folder in (self.state, elsewhere, made / "real"):
            folder.mkdir(parents=True, exist_ok=True)
        precious = elsewhere / "precious"
        precious.touch()
        (made / "real" / "file").symlink_to(precious.absolute())
        (made / "folder").symlink_to(elsewhere.absolute())
        (self.folder / "swapped").symlink_to(elsewhere.absolute())
        os.chown(self.state, 12345, 12345)
        restore.giveAway(self.state, made)
        restore.giveAway(self.state, self.folder / "swapped")
        self.assertEqual((elsewhere.stat().st_uid, precious.stat().st_uid), (0, 0))
        self.assertEqual((made / "real").stat().st_uid, 12345)

    def test_brokenOff(self) -> None:
        """Where it breaks off between the old state and the new one, it says where the old is."""
        self.admin("backup", str(self.archive))
        rename = Path.rename

        def failing(path: Path, target: Path) -> Path:
            if path.parent.name == "state" and path.parent != self.state:
                raise OSError(28, "No space left on device")
            return rename(path, target)

        self.patch(Path, "rename", failing)
        self.assertEqual(self.restored("state", "--replace"), 1)
        [aside] = self.state.glob("before-restore-*")
        self.assertTrue((aside / DATABASE).exists())
        self.assertIn("No space left on device", self.complained)
        self.assertIn(str(aside), self.complained)
        self.assertEqual(self.complained.count("\n"), 1)

    def test_brokenOffAside(self) -> None:
        """So it does where not all of the old state was moved yet."""
        self.admin("backup", str(self.archive))
        rename = Path.rename

        def failing(path: Path, target: Path) -> Path:
            if path.name == "pki":
                raise OSError(5, "Input/output error")
            return rename(path, target)

        self.patch(Path, "rename", failing)
        self.assertEqual(self.restored("state", "--replace"), 1)
        [aside] = self.state.glob("before-restore-*")
        self.assertIn("Input/output error", self.complained)
        self.assertIn(str(aside), self.complained)

    def test_brokenOffNew(self) -> None:
        """What went wrong is said, not that a folder with files in it could not be removed."""
        self.admin("backup", str(self.archive))

        def failing(path: Path, target: Path) -> Path:
            target.touch()
            raise OSError(5, "Input/output error")

        self.patch(Path, "rename", failing)
        self.assertEqual(self.restored("elsewhere"), 1)
        self.assertIn("Input/output error", self.complained)

    def test_running(self) -> None:
        """The state of a running gateway is not touched, whatever is said."""
        self.admin("backup", str(self.archive))
        lock = Lock(self.state / DATABASE)
        self.addCleanup(lock.release)
        self.assertEqual(self.restored("state", "--replace"), 1)
        self.assertIn("stop it first", self.complained)
        self.assertTrue((self.state / DATABASE).exists())

    def test_damaged(self) -> None:
        """An archive that is not whole is refused before anything is put in place."""
        self.admin("backup", str(self.archive))
        data = self.archive.read_bytes()
        for damaged in (data[:-100], data[: len(data) // 2], b"no archive", b""):
            self.archive.write_bytes(damaged)
            self.assertEqual(self.restored("elsewhere"), 1)
            self.assertEqual(self.complained.count("\n"), 1, self.complained)
            self.assertFalse((self.folder / "elsewhere").exists())

    def test_changed(self) -> None:
        """So is one in which a file is not what the list says, and one with a file too many."""
        self.admin("backup", str(self.archive))
        for name in ("state/pki/own/note.txt", "state/more"):
            forged = self.forged(name, name)
            self.assertEqual(self.run_("--state", str(self.folder / "x"), "restore", forged), 1)
            self.assertIn("damaged", self.complained)

    def test_outside(self) -> None:
        """An archive that would write elsewhere is refused."""
        self.admin("backup", str(self.archive))
        forged = self.forged("nothing", "../escaped")
        self.assertEqual(self.run_("--state", str(self.folder / "x"), "restore", forged), 1)
        self.assertIn("made by somebody else", self.complained)
        self.assertFalse((self.folder / "escaped").exists())

    def forged(self, without: str, more: str) -> str:
        """The archive with another file in the place of one."""
        target = self.folder / f"forged-{Path(more).name}.tar.gz"
        with tarfile.open(self.archive) as old, tarfile.open(target, "w:gz") as new:
            for member in old:
                if member.name != without:
                    new.addfile(member, old.extractfile(member))
            new.addfile(tarfile.TarInfo(more))
        return str(target)

    def test_newer(self) -> None:
        """A backup of a newer release is refused, and the release is named."""
        with closing(sqlite3.connect(self.state / DATABASE)) as connection:
            connection.execute("PRAGMA user_version = 99")
        self.assertEqual(self.admin("backup", str(self.archive)), 1)
        self.assertIn("newer ocppgw", self.complained)

    def test_corrupt(self) -> None:
        """A corrupt database is not saved as if it were well."""
        database = self.state / DATABASE
        data = bytearray(database.read_bytes())
        data[4096 * 3 : 4096 * 12] = b"\xff" * (4096 * 9)
        database.write_bytes(data)
        self.assertEqual(self.admin("backup", str(self.archive)), 1)
        self.assertFalse(self.archive.exists())
        self.assertEqual(self.complained.count("\n"), 1)
