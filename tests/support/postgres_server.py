"""A PostgreSQL server of a test run's own, on a port that nobody else has; it asks for a password."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

PASSWORD = "pw-Zx81Quokka"


def server_programs() -> Path | None:
    """The folder with initdb and postgres of the newest version that Debian's packages installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    return found[-1].parent if found else None


@contextmanager
def postgres_server() -> Iterator[str]:
    """Run a server, and give the address of its database, password and all."""
    programs = server_programs()
    assert programs is not None
    # The server refuses to be root's; its folder is a short path, as that of a socket has to be.
    folder = Path(tempfile.mkdtemp(prefix="leadscore-pg-"))
    user: dict[str, Any] = {}
    if os.geteuid() == 0:
        owner = pwd.getpwnam("postgres")
        os.chown(folder, owner.pw_uid, owner.pw_gid)
        user = {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}
    password, data = folder / "password", folder / "data"
    password.write_text(PASSWORD, encoding="utf-8")
    password.chmod(0o644)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    try:
        subprocess.run(
            [programs / "initdb", "--pgdata", data, "--username", "leadscore", "--pwfile", password,
             "--auth", "scram-sha-256", "--encoding", "UTF8", "--locale", "C", "--no-sync"],
            check=True, capture_output=True, cwd=folder, **user,
        )  # fmt: skip
        options = f"-p {port} -h 127.0.0.1 -k {folder} -c fsync=off -c timezone=America/New_York"
        control: list[Path | str] = [programs / "pg_ctl", "--pgdata", data, "--wait"]
        log = folder / "log"
        subprocess.run(
            [*control, "--log", log, "--options", options, "start"],
            check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=folder, **user,
        )  # fmt: skip
        try:
            yield f"postgresql://leadscore:{PASSWORD}@127.0.0.1:{port}/postgres"
        finally:
            subprocess.run(
                [*control, "--mode", "immediate", "stop"], check=True, capture_output=True, cwd=folder, **user
            )
    finally:
        shutil.rmtree(folder, ignore_errors=True)
