"""The machine of one job: folders of its own, an environment made from nothing, and the processes of its steps."""

import os
import shlex
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pythons

from tests.runner import host

ROOT = Path(__file__).resolve().parent.parent.parent
SYSTEM = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
# What a runner of GitHub brings; looked for elsewhere only where the system's folders lack it.
TOOLS = ("bash", "curl", "gawk", "git", "gzip", "jq", "make", "node", "npm", "tar", "unzip", "zip")
STUB = """#!/bin/sh
exec {python} -I -c 'import sys; root = sys.argv.pop(1); sys.path[:0] = [root, root + "/tools"]
from tests.runner.{module} import main
sys.exit(main(sys.argv.pop(1), sys.argv.pop(1), sys.argv[1:]))' {root} {hub} {job} "$@"
"""


@dataclass(frozen=True)
class Done:
    """How a process ended: its code, or why the runner ended it."""

    code: int
    output: str
    stopped: str = ""


class Machine:
    """Folders, programs and processes of one job."""

    def __init__(self, folder: Path, hub: Path, haste: float) -> None:
        self.folder = folder
        self.workspace, self.home = folder / "work", folder / "home"
        self.temp, self.tools, self.bin = folder / "temp", folder / "tools", folder / "bin"
        for one in (self.workspace, self.home, self.temp, self.tools, self.bin):
            one.mkdir(parents=True)
        self.groups: list[int] = []
        self.cpu = 0.0
        for name, module in {"gh": "gh.command", "docker": "docker.command"}.items():
            quoted = {"python": sys.executable, "root": ROOT, "hub": hub, "job": folder}
            self.program(name, STUB.format(module=module, **{key: shlex.quote(str(v)) for key, v in quoted.items()}))
        (folder / "docker-program").write_text(shutil.which("docker") or "", encoding="utf-8")
        if haste != 1:
            self.program("sleep", f'#!/bin/sh\nexec /bin/sleep "$(echo "$1 {haste}" | awk "{{print \\$1 / \\$2}}")"\n')
        self.link()

    def program(self, name: str, text: str) -> None:
        """Put a script on the job's path."""
        (self.bin / name).write_text(text, encoding="utf-8")
        (self.bin / name).chmod(0o755)

    def link(self) -> None:
        """Put every Python that is here on the job's path, tools that the system's folders lack, and buildx."""
        for version, path in pythons.here().items():
            (self.bin / f"python{version}").symlink_to(path)
        (self.bin / "python3").symlink_to(pythons.newest()[1])
        (self.bin / "python").symlink_to(pythons.newest()[1])
        for tool in TOOLS:
            found = shutil.which(tool)
            if found and not shutil.which(tool, path=SYSTEM):
                (self.bin / tool).symlink_to(found)
        plugins = Path(os.environ.get("DOCKER_CONFIG", Path.home() / ".docker")) / "cli-plugins"
        if plugins.is_dir():
            (self.home / ".docker").mkdir()
            (self.home / ".docker" / "cli-plugins").symlink_to(plugins)

    @property
    def refused(self) -> str:
        """Return what a stand-in of this job was asked for and does not model."""
        file = self.folder / "refused"
        return file.read_text(encoding="utf-8") if file.exists() else ""

    def environment(self) -> dict[str, str]:
        """Return what every step begins with."""
        return {
            **dict(host.passed()),
            "CI": "true",
            "HOME": str(self.home),
            "LANG": "C.UTF-8",
            "SHELL": "/bin/bash",
            "USER": "runner",
            "UV_PYTHON_DOWNLOADS": "never",
            "GIT_TERMINAL_PROMPT": "0",
            "GIT_CONFIG_NOSYSTEM": "1",
        }

    def path(self, added: Sequence[str]) -> str:
        """Return PATH with what steps added in front; the stand-ins stay before everything."""
        return os.pathsep.join([str(self.bin), *added, SYSTEM])

    def run(
        self, command: Sequence[str], cwd: Path, env: Mapping[str, str], seconds: float, cancelled: threading.Event
    ) -> Done:
        """Run a program until it ends, its time is over, or the job is cancelled."""
        log = self.folder / f"log-{time.monotonic_ns()}"
        with log.open("wb") as out:
            process = subprocess.Popen(
                command, cwd=cwd, env=env, stdin=subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=True
            )
            self.groups.append(process.pid)
            stopped = self.watch(process, time.monotonic() + seconds, cancelled)
        return Done(process.returncode, log.read_text(encoding="utf-8", errors="replace"), stopped)

    def watch(self, process: "subprocess.Popen[bytes]", end: float, cancelled: threading.Event) -> str:
        """Wait for a process and say why it had to be ended, if it had."""
        stopped = ""
        while True:
            # Not Popen.wait: only wait4 tells what the process, with all that it waited for, took of the processors.
            ended, status, usage = os.wait4(process.pid, os.WNOHANG)
            if ended:
                process.returncode = os.waitstatus_to_exitcode(status)
                self.cpu += usage.ru_utime + usage.ru_stime
                return stopped
            if not stopped:
                stopped = "cancelled" if cancelled.is_set() else "timeout" if time.monotonic() > end else ""
                if stopped:
                    kill(process.pid)
            time.sleep(0.02)

    def clean(self) -> None:
        """End what steps left running."""
        for group in self.groups:
            kill(group)

    def forget(self) -> None:
        """Remove the machine."""
        shutil.rmtree(self.folder, ignore_errors=True)


def kill(group: int) -> None:
    """End every process of a group."""
    try:
        os.killpg(group, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return
