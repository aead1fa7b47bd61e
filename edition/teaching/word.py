"""A handout for Word, to edit: by pandoc, then on A4 and in smaller letters, so that it is one sheet."""

import os
import re
import subprocess
import tempfile
import zipfile
from html import escape
from pathlib import Path

import pypandoc

from edition.citing.cff import moment
from edition.teaching.sheet import FOLD, HandoutError

MARGINS = 'w:top="680" w:right="850" w:bottom="600" w:left="850" w:header="340" w:footer="340" w:gutter="0"'
SECTION = f'<w:sectPr><w:pgSz w:w="11906" w:h="16838"/><w:pgMar {MARGINS}/></w:sectPr>'
# pandoc's styles, and their letters in half points
SIZES = {"Title": 30, "Heading1": 19, "BodyText": 18, "FirstParagraph": 18, "Compact": 17}


def write(sheet, path, cited):
    """Write the handout of a chapter. Raises HandoutError."""
    page = (
        f'<html lang="en-GB"><head><title>{escape(sheet.title)}</title></head><body>{sheet.restated("h1")}'
        f"<hr><p><i>{FOLD}</i></p><h1>What the notes change</h1>{sheet.changed()}"
        f'<p><img src="chart.png" width="660" alt="{escape(sheet.description)}"></p>'
        f"<h1>Questions</h1><ol>{sheet.asked()}</ol><p>{sheet.foot}</p></body></html>"
    )
    with tempfile.TemporaryDirectory() as place:
        Path(place, "chart.png").write_bytes(sheet.png)
        command = [pypandoc.get_pandoc_path(), "--from=html", "--to=docx", "--output=made.docx"]
        variables = os.environ | {"SOURCE_DATE_EPOCH": str(moment(cited))}
        done = subprocess.run(
            command, input=page, cwd=place, env=variables, capture_output=True, encoding="utf-8"
        )
        if done.returncode:
            raise HandoutError(f"{sheet.name}: pandoc wrote none ({' '.join(done.stderr.split())})")
        with zipfile.ZipFile(Path(place, "made.docx")) as made:
            files = {name: made.read(name) for name in made.namelist()}
    for name, change in {"word/document.xml": on_a4, "word/styles.xml": smaller}.items():
        files[name] = change(files[name].decode()).encode()
    with zipfile.ZipFile(path, "w") as packed:
        for name, content in files.items():  # in pandoc's order: Word wants the types of the parts first
            packed.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)


def on_a4(document):
    """Give the one section of a document the size and the margins of the sheet."""
    bare = re.sub(r"<w:sectPr\b(?:[^>]*/>|.*?</w:sectPr>)", "", document, flags=re.S)
    return bare.replace("</w:body>", f"{SECTION}</w:body>")


def smaller(styles):
    """Give the styles of a document the sizes and the spaces with which a handout keeps to its sheet."""

    def sized(match):
        style, size = match[0], SIZES.get(match[1])
        if not size:
            return style
        style = re.sub(r'<w:sz(Cs)? w:val="\d+"\s*/>', "", style)
        style = re.sub(r"<w:spacing [^>]*/>", '<w:spacing w:before="40" w:after="40"/>', style)
        sizes = f'<w:sz w:val="{size}"/><w:szCs w:val="{size}"/>'
        if "</w:rPr>" in style:
            return style.replace("</w:rPr>", f"{sizes}</w:rPr>", 1)
        return style.replace("</w:style>", f"<w:rPr>{sizes}</w:rPr></w:style>")

    return re.sub(r'<w:style [^>]*w:styleId="(\w+)".*?</w:style>', sized, styles, flags=re.S)
