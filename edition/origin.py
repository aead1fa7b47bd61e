"""Where the sources of the book come from: its repository and the commit, and where Binder finds them."""

import os
import re
import subprocess
from pathlib import Path
from urllib.parse import quote

ROOT = Path(__file__).resolve().parent.parent
BINDER = "https://mybinder.org"
PROVIDERS = {"github.com": "github", "gitlab.com": "gitlab"}  # whose repositories Binder knows by name; any other by its address
SHORT = {"github": "gh", "gitlab": "gl", "git": "git"}  # how Binder's addresses call them


def _git(*arguments):
    try:
        return subprocess.run(["git", "-C", ROOT, *arguments], capture_output=True, text=True).stdout.strip()
    except FileNotFoundError:  # no git on this machine
        return ""


def repository():
    """Return the address of the repository from GITHUB_REPOSITORY or the git remote, or None where neither is known."""
    if name := os.environ.get("GITHUB_REPOSITORY"):
        return f"{os.environ.get('GITHUB_SERVER_URL', 'https://github.com')}/{name}"
    # https://user:secret@host/path.git, ssh://git@host/path.git and git@host:path.git all name https://host/path
    found = re.fullmatch(r"(?:(?:https?|ssh)://(?:[^@/]*@)?|[\w.-]+@)([\w.-]+\.\w+)(?::\d+)?[:/](.+?)(?:\.git)?/?", _git("remote", "get-url", "origin"))
    return f"https://{found[1]}/{found[2]}" if found else None


def site(address):
    """Return where the book of a repository is published, from BOOK_ADDRESS or as GitHub Pages has it, or None where that can't be known."""
    if told := os.environ.get("BOOK_ADDRESS"):
        return f"{told.rstrip('/')}/"
    owner, _, name = address.removeprefix("https://github.com/").partition("/")
    if not address.startswith("https://github.com/") or not name:
        return None
    host = f"{owner.lower()}.github.io"
    return f"https://{host}/" if name.lower() == host else f"https://{host}/{name}/"


def revision():
    """Return the tag of the commit that the work tree stands at, else its hash, or None where there is no git."""
    return (_git("tag", "--points-at", "HEAD").split("\n")[0] or _git("rev-parse", "HEAD")) or None


def changed():
    """Has the work tree changes that are in no commit?"""
    return bool(_git("status", "--porcelain", "--untracked-files=no"))


def notebook_path(docname):
    """Return the path by which JupyterLab opens a chapter as a notebook."""
    return f"lab/tree/{docname}.md"


def binder(address, ref):
    """Return where Binder finds the book, for the address of its repository and a commit or tag."""
    host, _, name = address.removeprefix("https://").partition("/")
    provider = PROVIDERS.get(host, "git")
    return {"binder": BINDER, "provider": provider, "repo": address if provider == "git" else name, "ref": ref}


def binder_link(launch, docname):
    """Return the address that opens a chapter on Binder; `launch` is what `binder` returns."""
    repo = quote(launch["repo"], safe="" if launch["provider"] == "git" else "/")
    return f"{launch['binder']}/v2/{SHORT[launch['provider']]}/{repo}/{quote(launch['ref'], safe='')}?urlpath={quote(notebook_path(docname))}"
