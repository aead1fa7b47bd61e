"""Which pages are written anew.

Those of the chapters that changed, and all of them when what the pages tell one another changed.
"""

import hashlib
from pathlib import Path

from edition.apparatus import outlets
from edition.apparatus.reading import reading
from edition.domain import figure_numbers
from edition.web.policy import STATIC


def shared(app, env):
    """Yield sets of all that a page takes from elsewhere than its own chapter.

    Numbers, titles, addresses, sources, checksums of scripts.
    """
    edition, standard = env.get_domain("edition"), env.get_domain("std")
    yield {(passage.docname, passage.id) for passage in edition.passages}
    yield figure_numbers(env).items()
    yield app.edition_copy.items()
    yield app.edition_cff.items()
    yield {
        (n.docname, n.id, n.passage, n.number, n.kind, n.verdict, n.lemma, n.gist, n.term, n.was)
        for n in edition.notes
    }
    yield {(term.docname, term.id, term.headword, term.text) for term in edition.terms}
    yield {(name, title.astext(), env.tocs[name].pformat()) for name, title in env.titles.items()}
    yield {(name, *pages) for name, pages in env.toctree_includes.items()}
    told = ("era", "questions", "teaching")
    yield {(name, reading(env, name), *map(parts.get, told)) for name, parts in env.metadata.items()}
    yield standard.labels.items() | standard.anonlabels.items()
    yield {target.key for reference in env.get_domain("cite").citation_refs for target in reference.targets}
    named = [*app.config.bibtex_bibfiles, outlets.FILE]
    files = [*(Path(app.srcdir, name) for name in named), *STATIC.rglob("*")]
    yield {(path.name, path.read_bytes()) for path in files if path.is_file()}


def digest(sets):
    lines = (repr(sorted(items, key=repr)) for items in sets)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def reach(app, env):
    """Return the pages that must be written besides those that were read."""
    before, env.edition_shared = getattr(env, "edition_shared", None), digest(shared(app, env))
    return [] if env.edition_shared == before else env.found_docs


def setup(app):
    app.connect("env-updated", reach)
