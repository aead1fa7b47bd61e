"""Where the gists stand in the margin: each at the line of its marker.

A style sheet can't ask where a line has come to stand, and a script would move what is painted already. But
how many letters go into a line is known, nearly: type and measure are the edition's own.
"""

from math import ceil

from docutils import nodes

LETTERS, LINE = 66, 1.8225  # of a passage: letters in a line, and its height in rem
GIST_LETTERS, GIST_LINE, GAP = 44, 1.331, 0.7  # of a gist; and the least space between two, in rem
VERDICT = 14  # letters before a gist: its number and its verdict


def lines_of_markers(passage):
    """Return {id of a note: the line of the passage, from 0, in which its marker probably stands}."""
    lines, above = {}, 0
    for paragraph in passage.findall(nodes.paragraph):
        letters = 0
        for part in paragraph.findall():
            if isinstance(part, nodes.Text):
                letters += len(part)
            elif "note" in getattr(part, "attributes", {}):  # a marker: `passages` imports this module
                lines[part["note"]] = above + letters // LETTERS
        above += ceil(letters / LETTERS)
    return lines


def spaces(gists):
    """Return the space above each gist, in rem; `gists`: (line of its marker, number of its letters)."""
    above, bottom = [], 0
    for line, letters in gists:
        above.append(max(GAP if above else 0, line * LINE - bottom))
        bottom += above[-1] + ceil((VERDICT + letters) / GIST_LETTERS) * GIST_LINE
    return above
