"""The glossary: the notes of kind `term` and the entries of its own page, in one alphabet."""

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.docutils import SphinxDirective

from edition.apparatus.notes import annotation
from edition.apparatus.wording import in_alphabet


class term_entries(nodes.General, nodes.Element):
    """The place of the entries, filled once all chapters are read: with those of the section's lists, too."""


class GlossaryDirective(SphinxDirective):
    """Every `term` note, and the definition lists of the section, in alphabetical order."""

    def run(self):
        self.env.note_reread()  # it shows the text of notes of other chapters
        self.env.metadata[self.env.docname]["glossary"] = True
        return [term_entries()]


class Glossary(SphinxPostTransform):
    default_priority = 4  # before citations and references are resolved (10)

    def run(self, **kwargs):
        for place in list(self.document.findall(term_entries)):
            notes = [note for note in self.env.get_domain("edition").notes if note.term]
            entries = nodes.definition_list(classes=["glossary"])
            for own in [child for child in place.parent if isinstance(child, nodes.definition_list)]:
                entries += own.children
                own.parent.remove(own)
            for note in notes:
                annotations = self.env.get_doctree(note.docname).findall(annotation)
                source = next(node for node in annotations if node["note"] == note.id)
                uri = self.app.builder.get_relative_uri(self.env.docname, note.docname)
                number = f"note {note.passage}.{note.number}"
                back = nodes.reference("", number, internal=True, refuri=f"{uri}#note-{note.id}")
                text = nodes.definition("", *(child.deepcopy() for child in source.children))
                text += nodes.paragraph("", "", back, classes=["glossary-back"])
                for copied in text.findall(nodes.Element):
                    copied["ids"] = []  # they stand at the note already
                headword = nodes.term("", note.term, ids=[f"term-{note.id}"])
                entries += nodes.definition_list_item("", headword, text, classes=["of-note"])
            entries.children.sort(key=lambda entry: in_alphabet(entry[0].astext()))
            place.replace_self(entries)


def setup(app):
    app.add_node(term_entries, html=(lambda self, node: None, lambda self, node: None))
    app.add_directive("glossary-of-notes", GlossaryDirective)
    app.add_post_transform(Glossary)
