"""All notes in the open format for annotations (https://www.w3.org/TR/annotation-model/), for other programs to load: `annotations.jsonld`."""

import json
import uuid
from pathlib import Path

from edition.apparatus.passages import annotation, original
from edition.web.harvest import Harvest

CONTEXT = "http://www.w3.org/ns/anno.jsonld"
HTML_FRAGMENTS = "http://tools.ietf.org/rfc/rfc3236"


def identifier(address, name):
    """Return an IRI that stays the same wherever the book is published: of `name` in the edition of the text at `address`."""
    return uuid.uuid5(uuid.NAMESPACE_URL, f"{address}#{name}").urn


def text(doctree):
    """Yield the id and the text of each note of a page."""
    for note in doctree.findall(annotation):
        yield note["note"], " ".join(" ".join(part.astext() for part in note.children).split())


def entry(note, words, page, address, sources, rights):
    """Return a note (`domain.Note`) as an annotation; `words` is its text, `page` where it stands, `address` the commentary's, `rights` a licence's."""
    tags = [tag for tag in (note.kind, note.verdict) if tag]
    return {
        "id": identifier(address, f"note-{note.id}"),
        "type": "Annotation",
        "motivation": "describing" if note.term else "commenting",
        **rights,
        "body": [
            {
                "type": "TextualBody",
                "value": words,
                "format": "text/plain",
                "language": "en",
                "purpose": "describing" if note.term else "commenting",
            },
            *(
                {
                    "type": "TextualBody",
                    "value": tag,
                    "format": "text/plain",
                    "language": "en",
                    "purpose": "tagging",
                }
                for tag in tags
            ),
            *({"type": "SpecificResource", "source": source, "purpose": "linking"} for source in sources),
        ],
        "target": [
            {
                "type": "SpecificResource",
                "source": address,
                "selector": {"type": "TextQuoteSelector", "exact": note.lemma},
            },
            {
                "type": "SpecificResource",
                "source": page,
                "selector": {
                    "type": "FragmentSelector",
                    "conformsTo": HTML_FRAGMENTS,
                    "value": f"p{note.passage}",
                },
            },
        ],
    }


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
    words = {name: told for notes in HARVEST.all(app).values() for name, told in notes}
    urls = {
        key: source.fields["url"]
        for key, source in app.env.get_domain("cite").bibdata.data.entries.items()
        if "url" in source.fields
    }  # `sources` tells of the others
    rights = {"rights": app.edition_cff["license-url"]} if app.edition_cff else {}
    site = app.config.html_baseurl  # without it the pages are named from where the file lies
    entries = [
        entry(
            note,
            words[note.id],
            site + app.builder.get_target_uri(note.docname),
            address,
            [urls[key] for key in note.sources if key in urls],
            rights,
        )
        for note in sorted(app.env.get_domain("edition").notes, key=lambda note: (note.passage, note.number))
    ]
    document = collection(
        entries, address, f"Notes of: {app.config.html_title or app.config.project}", rights
    )
    Path(app.outdir, "annotations.jsonld").write_text(
        json.dumps(document, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
    )


HARVEST = Harvest("annotations.json", text)


def setup(app):
    HARVEST.connect(app)
    app.connect("build-finished", write)
