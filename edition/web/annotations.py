"""All notes in the open format for annotations, for other programs to load: `annotations.jsonld`.

The format: https://www.w3.org/TR/annotation-model/
"""

import json
import uuid
from pathlib import Path

from edition.apparatus.notes import annotation, spans
from edition.apparatus.passages import original
from edition.web.harvest import Harvest

CONTEXT = "http://www.w3.org/ns/anno.jsonld"
HTML_FRAGMENTS = "http://tools.ietf.org/rfc/rfc3236"


def identifier(address, name):
    """Return an IRI of `name` in the edition of the text at `address`.

    It stays the same wherever the book is published.
    """
    return uuid.uuid5(uuid.NAMESPACE_URL, f"{address}#{name}").urn


def text(doctree):
    """Yield the id and the text of each note of a page."""
    for note in doctree.findall(annotation):
        yield note["note"], " ".join(" ".join(part.astext() for part in note.children).split())


def entry(note, words, page, address, sources, rights):
    """Return a note (`domain.Note`) as an annotation.

    `words` is its text, `page` where it stands, `address` the commentary's, `rights` a licence's.
    """
    purpose = "describing" if note.term else "commenting"
    quotes = [{"type": "TextQuoteSelector", "exact": part} for part in spans(note.lemma)]
    fragment = {"type": "FragmentSelector", "conformsTo": HTML_FRAGMENTS, "value": f"p{note.passage}"}
    return {
        "id": identifier(address, f"note-{note.id}"),
        "type": "Annotation",
        "motivation": purpose,
        **rights,
        "body": [
            textual(words, purpose),
            *(textual(tag, "tagging") for tag in (note.kind, note.verdict) if tag),
            *({"type": "SpecificResource", "source": source, "purpose": "linking"} for source in sources),
        ],
        "target": [
            *({"type": "SpecificResource", "source": address, "selector": quote} for quote in quotes),
            {"type": "SpecificResource", "source": page, "selector": fragment},
        ],
    }


def textual(value, purpose):
    """Return a text as a body of an annotation."""
    form = {"format": "text/plain", "language": "en"}
    return {"type": "TextualBody", "value": value, **form, "purpose": purpose}


def collection(entries, address, label, rights):
    """Return annotations as a collection of one page."""
    name, page = identifier(address, "annotations"), identifier(address, "annotations-page")
    first = {"id": page, "type": "AnnotationPage", "partOf": name, "startIndex": 0, "items": entries}
    return {
        "@context": CONTEXT,
        "id": name,
        "type": "AnnotationCollection",
        "label": label,
        **rights,
        "total": len(entries),
        "first": first,
        "last": page,
    }


def write(app, error):
    address = original(app.env)
    if error or app.builder.format != "html" or not address:
        return
    words = dict(note for notes in HARVEST.all(app).values() for note in notes)
    sources = app.env.get_domain("cite").bibdata.data.entries
    # `sources` tells of those without
    urls = {key: source.fields["url"] for key, source in sources.items() if "url" in source.fields}
    rights = {"rights": app.edition_cff["license-url"]} if app.edition_cff else {}
    site = app.config.html_baseurl  # without it the pages are named from where the file lies
    entries = []
    notes = app.env.get_domain("edition").notes
    for note in sorted(notes, key=lambda note: (note.passage, note.number)):
        page = site + app.builder.get_target_uri(note.docname)
        cited = [urls[key] for key in note.sources if key in urls]
        entries.append(entry(note, words[note.id], page, address, cited, rights))
    label = f"Notes of: {app.config.html_title or app.config.project}"
    document = collection(entries, address, label, rights)
    content = json.dumps(document, ensure_ascii=False, indent=1) + "\n"
    Path(app.outdir, "annotations.jsonld").write_text(content, encoding="utf-8")


HARVEST = Harvest("annotations.json", text)


def setup(app):
    HARVEST.connect(app)
    app.connect("build-finished", write)
