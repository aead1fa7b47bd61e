"""The picture of each page for links that are shared.

It has the bar of the eras, what the book is called, and the page's title, in the book's own type. Those who
show such links want a PNG, so a browser draws it; `make pdf` makes them, where the address of the book is
known and the pages name them.
"""

import html
import re
import shutil

from edition.charts.palette import PALETTE
from edition.citing.metadata import PICTURES, SIZE, picture
from edition.paper.browser import chromium
from edition.tables import home, load, package

HTML = home().parent / "_build" / "html"  # of the book at hand


def markup(title, over):
    """Return the picture as a page."""
    fonts = "".join(
        f"@font-face {{ font-family: Serif; font-weight: {weight}; "
        f"src: url(_static/fonts/source-serif-4-latin-{weight}-normal.woff2) }}"
        for weight in (400, 600)
    )
    eras = load("eras")["era"] if "eras" in package() else []
    colours = [PALETTE.get(f"era-{era}", PALETTE["quiet"]) for era in eras]
    bars = "".join(f'<i style="background: {colour}"></i>' for colour in colours)
    paper, ink, quiet = (PALETTE[name] for name in ("paper", "ink", "quiet"))
    return (
        f'<!DOCTYPE html><meta charset="utf-8"><style>{fonts}\n'
        f"      body {{ margin: 0; padding: 85px 80px; background: {paper}; color: {ink}; "
        "font: 400 32px Serif }\n"
        "      div { display: flex; gap: 12px } i { flex: 1; height: 14px; border-radius: 7px } "
        f"p {{ color: {quiet}; margin: 30px 0 }} "
        "h1 { font: 600 76px/1.15 Serif; margin: 0; text-wrap: balance }\n"
        f"    </style><div>{bars}</div><p>{html.escape(over)}</p><h1>{html.escape(title)}</h1>"
    )


def main(folder=HTML):
    shutil.rmtree(folder / PICTURES, ignore_errors=True)
    pictures = {}
    for page in sorted(folder.rglob("*.html")):
        text = page.read_text(encoding="utf-8")
        pairs = re.findall(r'<meta property="og:([a-z_]+)" content="([^"]*)"', text)
        meta = {name: html.unescape(content) for name, content in pairs}
        if "image" in meta:
            pictures[picture(page.relative_to(folder).with_suffix(""))] = meta
    if not pictures:
        return
    (folder / PICTURES).mkdir()
    drawn = folder / PICTURES / "drawn.html"
    with chromium() as browser:
        tab = browser.new_page(viewport={"width": SIZE[0], "height": SIZE[1]})
        for name, meta in pictures.items():
            page = markup(meta["title"], meta["site_name"]).replace("_static/", "../_static/")
            drawn.write_text(page, encoding="utf-8")
            tab.goto(drawn.as_uri())
            tab.evaluate("() => Promise.all([...document.fonts].map(font => font.load()))")
            tab.screenshot(path=folder / name)
    drawn.unlink()
    print(f"Drew {len(pictures)} pictures for shared links")


if __name__ == "__main__":
    main()
