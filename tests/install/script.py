"""
One shell script of the site guide and of the page for operators: their blocks in their order, and
between them what must be so.

Pure text: of the pages, and of the Containerfile.
"""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator, Mapping

from docs.running.blocks import Block, readPage

GUIDE, OPERATIONS = PAGES = ("docs/installation.rst", "docs/operations.rst")
TARGET = "make install-test"
AFTER = "The log"
"""The section of the guide behind which the page for operators is followed."""

PYTHON = "/opt/ocppgw/bin/python"
CALLING = f"{PYTHON} /guide/calling.py"
ADDRESSES = "ws://127.0.0.1:8887 opc.tcp://127.0.0.1:4840/ocppgw/"

HEAD = """set -euE
export PIP_NO_INDEX=1 PIP_FIND_LINKS=/wheels PIP_ROOT_USER_ACTION=ignore SYSTEMD_COLORS=0
export PIP_DISABLE_PIP_VERSION_CHECK=1 DEBIAN_FRONTEND=noninteractive HOME=/root
trap 'journalctl --no-pager -n 40 -u ocppgw' ERR
must() { echo "-- must: $*"; "$@"; }
"""

HANG = """
# A process that hangs is ended by the watchdog, and started again.
patience=/run/systemd/system/ocppgw.service.d
mkdir -p $patience
printf '[Service]\\nWatchdogSec=3\\nTimeoutAbortSec=3\\n' > $patience/patience.conf
systemctl daemon-reload
systemctl restart ocppgw
kill -STOP "$(systemctl show -P MainPID ocppgw)"
for attempt in $(seq 60); do
    [ "$(systemctl show -P NRestarts ocppgw)" = 0 ] || break
    sleep 1
done
must test "$(systemctl show -P NRestarts ocppgw)" -ge 1
journalctl -u ocppgw | grep -q "Watchdog timeout"
rm -r $patience
systemctl daemon-reload
systemctl restart ocppgw
"""

CHECKS: Mapping[tuple[str, str], str] = {
    (GUIDE, "The service"): f"""
must systemctl is-active ocppgw
must test "$(stat -c %U:%a /var/lib/ocppgw)" = ocppgw:700
must test "$(stat -c %U "/proc/$(systemctl show -P MainPID ocppgw)")" = ocppgw
journalctl -u ocppgw > /guide/log
must grep -q "ocppgw ready" /guide/log
if grep -i -E "traceback|denied|not permitted|plugin cache" /guide/log; then exit 1; fi
must {CALLING} connect {ADDRESSES}
must systemctl reload ocppgw
must systemctl is-active ocppgw
{HANG}
must {CALLING} connect {ADDRESSES}
""",
    (GUIDE, "What the unit allows"): f"""
must {CALLING} connect {ADDRESSES}
sed -i 's/^#listen = .*/listen = ["tcp:8887", "tcp:443"]/' /etc/ocppgw/ocppgw.toml
systemctl restart ocppgw
must {CALLING} connect ws://127.0.0.1:443 opc.tcp://127.0.0.1:4840/ocppgw/
""",
    (GUIDE, "The log"): f"""
sed -i 's|^#file = ""|file = "/var/log/ocppgw/ocppgw.log"|' /etc/ocppgw/ocppgw.toml
systemctl restart ocppgw
must grep -q "ocppgw ready" /var/log/ocppgw/ocppgw.log
must logrotate --force /etc/logrotate.d/ocppgw
must test -e /var/log/ocppgw/ocppgw.log.1
must {CALLING} connect {ADDRESSES}
must grep -q connected /var/log/ocppgw/ocppgw.log
""",
    (GUIDE, "Hardening"): f"""
must {CALLING} closed {ADDRESSES}
# What follows is asked by clients without a user again.
sed -i -e 's/^anonymousLoopback = .*/#&/' -e 's/^onboarding = .*/#&/' /etc/ocppgw/ocppgw.toml
systemctl restart ocppgw
must {CALLING} connect {ADDRESSES}
# The upgrade comes.
cd
rm ocppgw-*.whl ocppgw-*.tar.gz
cp /new/* .
/opt/ocppgw/bin/pip list | grep ocppgw > /guide/before
""",
    (OPERATIONS, "Reloading"): """
must systemctl is-active ocppgw
for attempt in $(seq 30); do
    if grep -q "Configuration read again" /var/log/ocppgw/ocppgw.log; then break; fi
    sleep 1
done
must grep -q "Configuration read again" /var/log/ocppgw/ocppgw.log
""",
    (OPERATIONS, "Backup and restore"): f"""
must systemctl is-active ocppgw
must cmp /etc/ocppgw/ocppgw.toml /var/backups/ocppgw/restored.toml
must test "$(find /var/lib/ocppgw ! -user ocppgw | wc -l)" = 0
must test "$(find /var/lib/ocppgw -path '*/before-restore-*/ocppgw.sqlite3' | wc -l)" = 1
must {CALLING} known {ADDRESSES}
must {CALLING} connect {ADDRESSES}
""",
    (OPERATIONS, "Taking data elsewhere"): """
must test -s meter-values.csv -a -e /var/backups/ocppgw/transactions.json
""",
    (OPERATIONS, "When somebody has to help"): """
must tar -tzf /var/backups/ocppgw/bundle.tar.gz
""",
    (GUIDE, "Upgrade"): f"""
/opt/ocppgw/bin/pip list | grep ocppgw > /guide/after
must test "$(cat /guide/before)" != "$(cat /guide/after)"
must {CALLING} known {ADDRESSES}
must {CALLING} connect {ADDRESSES}
""",
    (GUIDE, "Removal"): """
must test ! -e /opt/ocppgw -a ! -e /var/lib/ocppgw -a ! -e /etc/ocppgw
if systemctl cat ocppgw 2>/dev/null; then exit 1; fi
if id ocppgw 2>/dev/null; then exit 1; fi
""",
}
"""What must be so behind the last command of a section."""


def guideScript(pages: Mapping[str, str]) -> str:
    """The script of the `PAGES`, given their texts."""
    unused = dict(CHECKS)
    parts = [HEAD, *_followed(GUIDE, pages, unused), "echo the guide was followed to its end\n"]
    assert not unused, f"no page has the section {', '.join(map(str, unused))}"
    return "\n".join(parts)


def _followed(
    page: str, pages: Mapping[str, str], checks: dict[tuple[str, str], str]
) -> Iterator[str]:
    text = pages[page]
    blocks = {one.line: one.text for one in readPage(page, text).blocks if isRunHere(one)}
    for title, first, last in _sections(text):
        commands = [blocks[line] for line in range(first, last) if line in blocks]
        yield _shown(title)
        yield from (f"set -x\n{command}{{ set +x; }} 2>/dev/null\n" for command in commands)
        yield checks.pop((page, title), "")
        if (page, title) == (GUIDE, AFTER):
            yield from _followed(OPERATIONS, pages, checks)


def isRunHere(block: Block) -> bool:
    """Whether the script has this block."""
    return block.mark.elsewhere == TARGET


def _sections(text: str) -> Iterator[tuple[str, int, int]]:
    """Titles, and the lines from one to the next."""
    lines = text.splitlines()
    marks = [
        at
        for at in range(1, len(lines))
        if re.fullmatch(r"(=|-){3,}", lines[at]) and lines[at - 1] and lines[at - 1][0].isalpha()
    ]
    for at, following in zip(marks, [*marks[1:], len(lines)], strict=True):
        yield lines[at - 1], at, following


def _shown(title: str) -> str:
    return f"echo {shlex.quote(f'== {title}')}"


def containerScript(containerfile: str) -> str:
    """
    The steps of a Containerfile, for a root that is the image.

    RUN lines as they stand, COPY from the build context ``/context``; then CMD as USER in WORKDIR
    with ENV, and HEALTHCHECK until it is well.
    """
    text = re.sub(r"\\\n", "", containerfile)
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    parts = [HEAD, "mkdir -p /build", "cd /build"]
    found: dict[str, str] = {}
    for line in lines:
        word, _, rest = line.partition(" ")
        if word == "RUN":
            parts.append(f"echo {shlex.quote(line)}\n{rest}")
        elif word == "COPY" and not rest.startswith("--from"):
            *sources, target = rest.split()
            parts.append(_copy(sources, target))
        found[word] = rest
    return "\n".join([*parts, _running(found)])


def _copy(sources: list[str], target: str) -> str:
    named = " ".join(f"/context/{source}" for source in sources)
    return f"cp -r {named} {target}"


def _running(found: Mapping[str, str]) -> str:
    command = shlex.join(json.loads(found["CMD"]))
    health = shlex.join(json.loads(found["HEALTHCHECK"].partition("CMD ")[2]))
    return f"""
cd {found["WORKDIR"]}
setpriv --reuid={found["USER"]} --regid={found["USER"]} --clear-groups --no-new-privs \\
    --bounding-set=-all env {found["ENV"]} {command} > /guide/container.log 2>&1 &
gateway=$!
for attempt in $(seq 60); do
    if runuser -u {found["USER"]} -- {health} 2>/dev/null; then break; fi
    sleep 1
done
must runuser -u {found["USER"]} -- {health}
must {CALLING} connect {ADDRESSES}
kill -TERM $gateway
wait $gateway || true
cat /guide/container.log
must grep -q "Server Shut Down" /guide/container.log
if grep -q Traceback /guide/container.log; then exit 1; fi
echo the steps of the Containerfile were followed to their end
"""
