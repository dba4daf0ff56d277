"""The bare Git repository behind the hub."""

import os
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

PERSON = {
    f"GIT_{role}_{what}": value
    for role in ("AUTHOR", "COMMITTER")
    for what, value in {"NAME": "Ada", "EMAIL": "ada@example.com"}.items()
}
QUIET = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "GIT_TERMINAL_PROMPT": "0"}


class Repository:
    """Commits, branches and tags."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def create(self) -> None:
        """Begin empty, with main as the default branch."""
        subprocess.run(["git", "init", "--quiet", "--bare", "--initial-branch=main", str(self.path)], check=True)
        self.git("config", "uploadpack.allowAnySHA1InWant", "true")

    def git(self, *arguments: str, give: bytes = b"", index: str = "") -> str:
        """Run git on the repository and return what it prints."""
        env = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")} | PERSON | QUIET
        env |= {"GIT_INDEX_FILE": index} if index else {}
        command = ["git", "-c", "core.quotePath=false", *arguments]
        done = subprocess.run(command, cwd=self.path, env=env, input=give, capture_output=True, check=False)
        if done.returncode:
            raise LookupError(f"git {' '.join(arguments)}: {done.stderr.decode().strip()}")
        return done.stdout.decode().strip()

    def find(self, name: str) -> str | None:
        """Return the commit of a branch, tag, reference or commit."""
        for candidate in (f"refs/heads/{name}", f"refs/tags/{name}", name):
            try:
                return self.git("rev-parse", "--quiet", "--verify", f"{candidate}^{{commit}}")
            except LookupError:
                continue
        return None

    def head(self, name: str) -> str:
        """Return the commit of what must be there."""
        found = self.find(name)
        if found is None:
            raise LookupError(f"{name} is no branch, tag or commit of this repository")
        return found

    def commit(
        self, files: Mapping[str, str | bytes | None], branch: str = "main", message: str = "Change", start: str = ""
    ) -> str:
        """Commit files to a branch (None removes one) and return the commit; a new branch begins at `start`."""
        parent = self.find(f"refs/heads/{branch}") or (self.head(start) if start else None)
        with tempfile.TemporaryDirectory() as folder:
            index = f"{folder}/index"
            if parent:
                self.git("read-tree", parent, index=index)
            for path, content in files.items():
                self.stage(path, content, index)
            tree = self.git("write-tree", index=index)
        made = self.git("commit-tree", tree, *(["-p", parent] if parent else []), "-m", message)
        self.git("update-ref", f"refs/heads/{branch}", made)
        return made

    def stage(self, path: str, content: str | bytes | None, index: str) -> None:
        """Put one file into an index."""
        if content is None:
            # The plain command asks for a work tree, which this repository has not.
            self.git("update-index", "--index-info", give=f"0 {'0' * 40}\t{path}\n".encode(), index=index)
            return
        bytes_ = content.encode() if isinstance(content, str) else content
        blob = self.git("hash-object", "-w", "--stdin", give=bytes_)
        self.git("update-index", "--add", "--cacheinfo", f"100644,{blob},{path}", index=index)

    def push(self, folder: Path, source: str = "HEAD", target: str = "refs/heads/main") -> str:
        """Take a commit of a clone, with its history, as a branch or tag."""
        self.git("fetch", "--quiet", "--no-tags", str(folder), f"+{source}:{target}")
        return self.head(target)

    def tag(self, name: str, at: str = "main") -> str:
        """Set a tag and return its commit."""
        commit = self.head(at)
        self.git("update-ref", f"refs/tags/{name}", commit)
        return commit

    def merge(self, base: str, head: str, target: str) -> str:
        """Merge two commits without conflicts and keep the result under a reference."""
        tree = self.git("merge-tree", "--write-tree", base, head)
        made = self.git("commit-tree", tree, "-p", base, "-p", head, "-m", f"Merge {head} into {base}")
        self.git("update-ref", target, made)
        return made

    def file(self, commit: str, path: str) -> str:
        """Return the text of a file at a commit."""
        return self.git("show", f"{commit}:{path}")

    def files(self, commit: str, below: str = "") -> list[str]:
        """Return the paths of a commit's files."""
        return self.git("ls-tree", "-r", "--name-only", "-z", commit, "--", below or ".").strip("\0").split("\0")

    def changed(self, before: str | None, after: str) -> list[str]:
        """Return the paths that differ; every path where nothing came before."""
        names = self.git("diff", "--name-only", "-z", before, after) if before else "\0".join(self.files(after))
        return [name for name in names.split("\0") if name]

    def contains(self, branch: str, commit: str) -> bool:
        """Return whether a commit is in the history of a branch."""
        try:
            self.git("merge-base", "--is-ancestor", commit, branch)
        except LookupError:
            return False
        return True
