"""Gh release."""

import fnmatch
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.runner.gh.flags import Flags, UsageError, parse, show
from tests.runner.refusal import HttpError, UnknownError
from tests.runner.rest import releases
from tests.runner.tokens import Token

VALUES = (
    "--title",
    "--notes",
    "--notes-file",
    "--target",
    "--dir",
    "--pattern",
    "--output",
    "--json",
    "--jq",
    "--limit",
)
SWITCHES = (
    "--draft",
    "--prerelease",
    "--latest",
    "--verify-tag",
    "--clobber",
    "--skip-existing",
    "--yes",
    "--cleanup-tag",
)
FIELDS = {
    "tagName": "tag_name", "name": "name", "body": "body", "isDraft": "draft", "isPrerelease": "prerelease",
    "isImmutable": "immutable", "assets": "assets", "url": "html_url", "databaseId": "id",
}  # fmt: skip


def run(token: Token, arguments: Sequence[str]) -> int:
    """Do one of gh's verbs about releases."""
    verb = arguments[0]
    flags = parse(f"release {verb}", arguments[1:], VALUES, SWITCHES, {"-F": "--notes-file", "-n": "--notes"})
    verbs = {"create": create, "edit": edit, "upload": upload, "download": download, "view": view, "delete": delete}
    if verb == "list":
        show(releases.visible(token)[: int(flags.one("--limit", "30"))], flags, FIELDS)
    elif verb in verbs:
        try:
            verbs[verb](token, flags)
        except HttpError as problem:
            if problem is releases.MISSING:
                raise UsageError("release not found") from None
            raise
        except LookupError as problem:
            raise UsageError(str(problem)) from None
    else:
        raise UnknownError(f"gh release {verb} is not modelled")
    return 0


def facts(flags: Flags) -> dict[str, object]:
    """Return what flags say of a release."""
    found: dict[str, object] = {
        name[2:]: flags.on(name) for name in ("--draft", "--prerelease") if name in flags.switches
    }
    found |= {"name": flags.one("--title")} if "--title" in flags.values else {}
    found |= {"body": flags.one("--notes")} if "--notes" in flags.values else {}
    if "--notes-file" in flags.values:
        name = flags.one("--notes-file")
        found["body"] = sys.stdin.read() if name == "-" else Path(name).read_text(encoding="utf-8")
    return found


def create(token: Token, flags: Flags) -> None:
    """Make a release; with files it stays a draft until they are all there."""
    tag, *files = flags.rest
    if flags.on("--verify-tag") and token.hub.repository.find(f"refs/tags/{tag}") is None:
        raise UsageError(f"tag {tag} doesn't exist in the repo {token.hub.name}, aborting due to --verify-tag flag")
    if not {"--notes", "--notes-file"} & set(flags.values):
        raise UsageError(
            "`--generate-notes`, `--notes-from-tag`, or `--notes-file` required when not running interactively"
        )
    wanted = {**facts(flags), "tag_name": tag, "target_commitish": flags.one("--target")}
    made = releases.create(token, {**wanted, "draft": bool(files) or flags.on("--draft")})
    for file in files:
        releases.upload(token, made, Path(file))
    if files and not flags.on("--draft"):
        releases.publish(token, made, {"draft": False})
    print(made["html_url"])


def edit(token: Token, flags: Flags) -> None:
    """Change a release."""
    print(releases.publish(token, releases.find(token, flags.rest[0]), facts(flags))["html_url"])


def upload(token: Token, flags: Flags) -> None:
    """Add files to a release."""
    found = releases.find(token, flags.rest[0])
    for file in flags.rest[1:]:
        releases.upload(token, found, Path(file), clobber=flags.on("--clobber"))


def view(token: Token, flags: Flags) -> None:
    """Print a release."""
    found = releases.find(token, flags.rest[0])
    show(found, flags, FIELDS if "--json" in flags.values else None)


def delete(token: Token, flags: Flags) -> None:
    """Remove a release."""
    if not flags.on("--yes"):
        raise UsageError("--yes required when not running interactively")
    releases.delete(token, releases.find(token, flags.rest[0]))


def download(token: Token, flags: Flags) -> None:
    """Fetch the files of a release; one that is already there is never written over."""
    found = releases.find(token, flags.rest[0])
    patterns = flags.values.get("--pattern", ["*"])
    names = [one["name"] for one in found["assets"] if any(fnmatch.fnmatch(one["name"], wanted) for wanted in patterns)]
    if not names:
        raise UsageError("no assets match the file pattern" if found["assets"] else "no assets to download")
    for name in names:
        target = Path(flags.one("--output") or Path(flags.one("--dir", ".")) / name)
        source = releases.folder(token.hub, found) / name
        if str(target) == "-":
            sys.stdout.buffer.write(source.read_bytes())
        elif target.exists() and not flags.on("--clobber"):
            if not flags.on("--skip-existing"):
                raise UsageError(
                    f"{target} already exists (use `--clobber` to overwrite file or `--skip-existing` to skip file)"
                )
        else:
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)
