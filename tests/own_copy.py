"""A text of the tests' own making, in place of the commentary, which no fresh machine has.

Three passages, and what surrounds them on a page.
"""

PASSAGES = {
    1: "Long before the harbour was built, the people of the northern islands traded wool for timber with "
    "every captain who dared the winter sea. "
    "Their council met twice a year in a hall of whale bone, and whoever spoke there held a carved staff "
    "until the speech was done. Historians have often called this the ‘parliament of gulls’.",
    2: "When the first lighthouse was lit in 1783, the council quarrelled over who should pay for its oil; a "
    "non-permanent keeper, elected by lot, carried forty barrels up the stairs. "
    "The quarrel lasted eleven years, and three keepers lost their post before the islands agreed on a toll "
    "for each passing mast.",
    3: "Today the toll is gone but the staff remains: visitors may hold it, provided that they say something "
    "true about the weather. "
    "Nobody has been turned away so far, although a minister from the mainland – it is said – needed several "
    "attempts before the gulls fell silent.",
}
MENU, FOOT = (
    "Home Islands Ferries About us Contact Newsletter",
    "Supported by the Society of Lighthouse Friends. All rights reserved.",
)
TEXT = "\n\n".join(["THE NORTHERN ISLANDS", "By A. Keeper", *PASSAGES.values(), FOOT])


def html(
    passages=PASSAGES, scripts='<script>document.title = "It ran"; fetch("https://example.org/")</script>'
):
    paragraphs = "".join(
        f'<p onclick="alert(1)">{text}</p><script>document.body.dataset.ran = 1</script>'
        for text in passages.values()
    )
    return (
        f"<!DOCTYPE html><html><head><title>Islands</title>{scripts}<style>p {{ color: red "
        f"}}</style></head><body><nav><ul><li>{MENU}</li></ul></nav><article><h1>Islands</h1>{paragraphs}</article><footer>{FOOT}</footer></body></html>"
    )


def pdf(browser, path):
    """Print the text as a PDF of several pages.

    With a running head, page numbers, and words that are hyphenated at the ends of lines.
    """
    lines = []
    for text in PASSAGES.values():
        line = ""
        for word in text.split():
            if len(line) + len(word) > 40 and len(word) > 8 and word.isalpha():
                lines, line = [*lines, f"{line} {word[:4]}-".strip()], word[4:]
            elif len(line) + len(word) > 46:
                lines, line = [*lines, line], word
            else:
                line = f"{line} {word}".strip()
        lines = [*lines, line]
    page = browser.new_page()
    page.set_content(
        "<style>body { font: 11pt/16pt serif; white-space: nowrap }</style>" + "<br>".join(lines)
    )
    page.pdf(
        path=path,
        width="100mm",
        height="90mm",
        margin={"top": "20mm", "bottom": "20mm", "left": "8mm"},
        display_header_footer=True,
        header_template='<span style="font-size: 8pt; margin-left: 8mm">Islands Watch, number 12</span>',
        footer_template='<span style="font-size: 8pt; margin-left: 40mm" class="pageNumber"></span>',
    )
    page.close()
