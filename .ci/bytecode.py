#!/usr/bin/env python3
"""Put what an environment compiled beside the sources in uv's cache, whose files every other environment links.

Usage: bytecode.py ENVIRONMENT. The tests make dozens of environments of the same packages, and each would compile them
again, for ten seconds. Where uv copies files instead of linking them, nothing is found and nothing is done.
"""

import os
import shutil
import sys
from pathlib import Path


def main() -> None:
    """Copy each compiled module of the environment to where its source is linked from."""
    caches = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    cache = Path(os.environ.get("UV_CACHE_DIR") or Path(caches, "uv"))
    sources = {path.stat().st_ino: path for path in cache.glob("archive-v*/**/*.py")}
    count = 0
    for compiled in Path(sys.argv[1]).glob("lib/*/site-packages/**/__pycache__/*.pyc"):
        linked = compiled.parents[1] / f"{compiled.name.partition('.')[0]}.py"
        source = sources.get(linked.stat().st_ino) if linked.exists() else None
        if source:
            kept = source.parent / "__pycache__" / compiled.name
            kept.parent.mkdir(exist_ok=True)
            shutil.copyfile(compiled, partial := kept.with_suffix(f".{os.getpid()}"))
            partial.replace(kept)
            count += 1
    print(f"bytecode: {count} compiled modules are linked from now on", file=sys.stderr)


if __name__ == "__main__":
    main()
