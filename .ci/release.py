"""Write _build/html as one archive, with a manifest and checksums, to _build/release.

The same commit gives the same bytes.
"""

import hashlib
import json
import os
import sys
from pathlib import Path

import yaml

from edition import build
from edition.citing import cff
from edition.paper.zipped import archive
from edition.witness import leak

HTML, OUT = Path("_build/html"), Path("_build/release")


def git(*words):
    return build.git(Path.cwd(), *words)


def digest(content):
    return hashlib.sha256(content).hexdigest()


def faults(version, tag):
    if not git("rev-parse", "HEAD"):
        yield "this folder is no git repository of its own; a release is of a commit"
    if tag != f"v{version}":
        yield (
            f"the tag is {tag}, the version {version}; tag v{version}, or change the version in CITATION.cff"
        )
    if changed := git("status", "--porcelain"):
        yield (
            "what is built is no commit; commit or remove: "
            f"{', '.join(line[2:].strip() for line in changed.splitlines())}"
        )
    if not (HTML / "index.html").is_file():
        yield f"{HTML} has no book; run: make book"
        return
    for path, why in leak.check(HTML):
        yield f"{path} {why}"


def main():
    cited = yaml.safe_load(Path("CITATION.cff").read_text(encoding="utf-8"))
    version = cited["version"]
    tag = os.environ.get("TAG") or f"v{version}"
    if found := list(faults(version, tag)):
        sys.exit("\n".join(f"release: {fault}" for fault in found))
    files = {
        path.relative_to(HTML).as_posix(): path.read_bytes() for path in HTML.rglob("*") if path.is_file()
    }
    moment = int(os.environ.get("SOURCE_DATE_EPOCH") or git("log", "-1", "--format=%ct"))
    name = f"{cff.file_name(cited)}-{version}"
    manifest = {
        "version": version,
        "tag": tag,
        "commit": git("rev-parse", "HEAD"),
        "python": sys.version.split()[0],
        "pins": [
            line.removesuffix(" \\")
            for line in Path("requirements.txt").read_text(encoding="utf-8").splitlines()
            if line[:1] not in (" ", "#", "")
        ],
        "files": [
            {"path": path, "size": len(content), "sha256": digest(content)}
            for path, content in sorted(files.items())
        ],
    }
    OUT.mkdir(parents=True, exist_ok=True)
    for old in OUT.iterdir():
        old.unlink()
    archive(OUT / f"{name}.zip", files, name, moment)
    (OUT / f"{name}.json").write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")
    sums = [f"{digest(path.read_bytes())}  {path.name}\n" for path in sorted(OUT.iterdir())]
    (OUT / "SHA256SUMS").write_text("".join(sums), encoding="utf-8")
    print(f"Packed {len(files)} files of {tag}: {OUT / name}.zip")


main()
