"""Where the sources of the book come from: its repository and the commit, and where Binder finds them."""

import os
import re
from urllib.parse import quote

from edition.build import git

BINDER = "https://mybinder.org"
# whose repositories Binder knows by name; any other by its address
PROVIDERS = {"github.com": "github", "gitlab.com": "gitlab"}
SHORT = {"github": "gh", "gitlab": "gl", "git": "git"}  # how Binder's addresses call them


def repository(root):
    """Return the address of the repository of the book in a folder.

    From GITHUB_REPOSITORY or the git remote, or None where neither is known.
    """
    if name := os.environ.get("GITHUB_REPOSITORY"):
        return f"{os.environ.get('GITHUB_SERVER_URL', 'https://github.com')}/{name}"
    # https://user:secret@host/path.git, ssh://git@host/path.git, git@host:path.git: all name https://host/path
    match = re.fullmatch(
        r"(?:(?:https?|ssh)://(?:[^@/]*@)?|[\w.-]+@)([\w.-]+\.\w+)(?::\d+)?[:/](.+?)(?:\.git)?/?",
        git(root, "remote", "get-url", "origin"),
    )
    return f"https://{match[1]}/{match[2]}" if match else None


def site(address):
    """Return where the book of a repository (None where that is not known) is published, or None.

    From BOOK_ADDRESS, or as GitHub Pages has it.
    """
    if published := os.environ.get("BOOK_ADDRESS"):
        return f"{published.rstrip('/')}/"
    if not address:
        return None
    owner, _, name = address.removeprefix("https://github.com/").partition("/")
    if not address.startswith("https://github.com/") or not name:
        return None
    host = f"{owner.lower()}.github.io"
    return f"https://{host}/" if name.lower() == host else f"https://{host}/{name}/"


def revision(root):
    """Return the tag of the commit that the work tree stands at, else its hash, or None without git."""
    return git(root, "tag", "--points-at", "HEAD").split("\n")[0] or git(root, "rev-parse", "HEAD") or None


def changed(root):
    """Has the work tree changes that are in no commit?"""
    return bool(git(root, "status", "--porcelain", "--untracked-files=no"))


def notebook_path(docname):
    """Return the path by which JupyterLab opens a chapter as a notebook."""
    return f"lab/tree/{docname}.md"


def binder(address, ref):
    """Return where Binder finds the book, for the address of its repository and a commit or tag."""
    host, _, name = address.removeprefix("https://").partition("/")
    provider = PROVIDERS.get(host, "git")
    repo = address if provider == "git" else name
    return {"binder": BINDER, "provider": provider, "repo": repo, "ref": ref}


def binder_link(launch, docname):
    """Return the address that opens a chapter on Binder; `launch` is what `binder` returns."""
    repo = quote(launch["repo"], safe="" if launch["provider"] == "git" else "/")
    place = f"{launch['binder']}/v2/{SHORT[launch['provider']]}/{repo}/{quote(launch['ref'], safe='')}"
    return f"{place}?urlpath={quote(notebook_path(docname))}"
