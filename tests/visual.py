"""The visual difference of two built books.

`visual.py BEFORE AFTER OUT` photographs each page of both and shows in OUT/index.html where they differ.
"""

import io
import sys
from collections import defaultdict
from functools import reduce
from html import escape
from pathlib import Path
from urllib.parse import quote

from PIL import Image, ImageChops

from edition.paper.browser import chromium

PARTS = ["before", "after", "difference"]
LOOKS = [(390, "light"), (1280, "light"), (1280, "dark")]
TOLERANCE = 32  # of 255 in each colour: one letter's soft edge may fall a little otherwise
AROUND = 60  # rows shown above and below what differs
STYLE = (
    "body { font: 1rem sans-serif } div { display: flex; gap: 1rem } figure { flex: 1; margin: 0 } img { "
    "width: 100%; border: 1px solid #888 }"
)


def pages(site):
    """Every page of a site, without the theme's own parts in _static."""
    found = {path.relative_to(site) for path in site.rglob("*.html")}
    return {path.as_posix() for path in found if not path.parts[0].startswith("_")}


def photograph(tab, address):
    tab.goto(address)
    return Image.open(io.BytesIO(tab.screenshot(full_page=True, animations="disabled"))).convert("RGB")


def difference(before, after):
    """The rows in which two pictures differ, of both and with what differs in red.

    Nothing if nothing does.
    """
    size = tuple(map(max, before.size, after.size))
    both = [Image.new("RGB", size, "magenta") for _ in "12"]  # what only one of them reaches differs
    for canvas, picture in zip(both, (before, after), strict=True):
        canvas.paste(picture)
    mask = reduce(ImageChops.lighter, ImageChops.difference(*both).split()).point(
        lambda value: 255 * (value > TOLERANCE)
    )
    if not (box := mask.getbbox()):
        return []
    faded = Image.blend(both[1], Image.new("RGB", size, "white"), 0.7)
    faded.paste("red", mask=mask)
    rows = (0, max(0, box[1] - AROUND), size[0], min(size[1], box[3] + AROUND))
    return [picture.crop(rows) for picture in (*both, faded)]


def compare(browser, before, after, out):
    """Write the pictures of what differs, index.html and summary.md to `out`.

    Returns the lines of the summary.
    """
    old, new, changed = pages(before), pages(after), defaultdict(dict)
    for width, scheme in LOOKS:
        context = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=scheme, reduced_motion="reduce"
        )
        tab = context.new_page()
        for page in sorted(old & new):
            if found := difference(
                *(photograph(tab, (site.resolve() / page).as_uri()) for site in (before, after))
            ):
                changed[page][f"{width} px {scheme}"] = files = [
                    f"{page}.{width}.{scheme}.{name}.png" for name in PARTS
                ]
                for file, picture in zip(files, found, strict=True):
                    (out / file).parent.mkdir(parents=True, exist_ok=True)
                    picture.save(out / file)
        context.close()
    lines = [f"added: {page}" for page in sorted(new - old)] + [
        f"removed: {page}" for page in sorted(old - new)
    ]
    lines += [f"changed: {page} ({', '.join(looks)})" for page, looks in sorted(changed.items())]
    lines.append(f"{len(lines)} of {len(old | new)} pages differ")
    out.mkdir(parents=True, exist_ok=True)
    (out / "summary.md").write_text("".join(f"- {line}\n" for line in lines), encoding="utf-8")
    (out / "index.html").write_text(show(lines, changed), encoding="utf-8")
    return lines


def show(lines, changed):
    parts = [
        "<!doctype html><html lang=en><meta charset=utf-8><title>",
        lines[-1],
        "</title><style>",
        STYLE,
        "</style><ul>",
    ]
    parts += [f"<li>{escape(line)}</li>" for line in lines] + ["</ul>"]
    for page, looks in sorted(changed.items()):
        for look, files in looks.items():
            parts.append(f"<h2>{escape(page)}, {look}</h2><div>")
            parts += [
                f'<figure><figcaption>{name}</figcaption><img src="{quote(file)}" alt="{name}" '
                'loading="lazy"></figure>'
                for name, file in zip(PARTS, files, strict=True)
            ]
            parts.append("</div>")
    return "".join(parts)


if __name__ == "__main__":
    with chromium() as browser:
        print(*compare(browser, *map(Path, sys.argv[1:])), sep="\n")
