"""What a page says of itself to machines, all of it from CITATION.cff and the page.

Highwire and Dublin Core for reference managers, Open Graph for links that are shared, schema.org for search
engines, COinS for each passage. ClaimReview is left out: its rules want a rating by a publisher of fact
checks for each claim on a page of its own, and here a page checks many.
"""

import html
import json
import re
from pathlib import Path
from urllib.parse import urlencode

from edition.apparatus.dictionary import source_lines
from edition.apparatus.eras import number
from edition.apparatus.passages import passage
from edition.citing.cff import called, file_name
from edition.domain import table_place
from edition.elements import make
from edition.tables import load, package

PICTURES = "pictures"  # drawn by edition/paper/cards.py
SIZE = (1200, 630)  # pixels, as those who show shared links want it


def agents(authors):
    return [agent(author) for author in authors]


def agent(author):
    return {"@type": "Organization" if "name" in author else "Person", "name": called(author)}


def book(cff, site):
    work = cff["references"]
    record = {
        "@type": "Book",
        "name": cff["title"],
        "author": agents(cff["authors"]),
        "version": cff["version"],
        "bookEdition": f"Version {cff['version']}",
        "datePublished": cff["date-released"].isoformat(),
        "inLanguage": "en",
        "license": cff["license-url"],
        "abstract": cff.get("abstract"),
        "isBasedOn": {
            "@type": "Article",
            "name": work["title"],
            "author": agents(work["authors"]),
            "url": work["url"],
            "publisher": {"@type": "Organization", "name": work["publisher"]["name"]},
        },
    }
    address = {"@id": site, "url": site} if site else {}
    return {key: value for key, value in record.items() if value} | address


def chapter(cff, site, title, description, address, position):
    record = {
        "@type": "Chapter",
        "name": title,
        "description": description,
        "author": agents(cff["authors"]),
        "datePublished": cff["date-released"].isoformat(),
        "inLanguage": "en",
        "license": cff["license-url"],
        "position": position,
        "isPartOf": book(cff, site),
    }
    return record | ({"url": address, "@id": address} if address else {})


def dataset(cff, site, place, table):
    """A table, described at `place`, with its download and its licence; `site` begins their addresses."""
    distribution = {"@type": "DataDownload", "encodingFormat": "text/csv", "name": table["path"]}
    if site:
        distribution["contentUrl"] = f"{site}data/{table['path']}"
    return {
        "@type": "Dataset",
        "name": table["title"],
        "description": table["description"],
        "creator": agents(cff["authors"]),
        "version": cff["version"],
        "license": table["licenses"][0]["path"],
        "isAccessibleForFree": True,
        "inLanguage": "en",
        "datePublished": cff["date-released"].isoformat(),
        "variableMeasured": [field["name"] for field in table["schema"]["fields"]],
        "distribution": [distribution],
    } | ({"url": f"{site}{place}"} if site else {})


def coins(cff, site, number, page):
    """Return the OpenURL ContextObject of a passage, for a span (http://ocoins.info/)."""
    work = cff["references"]
    author = work["authors"][0]
    if "name" in author:
        who = [("rft.aucorp", author["name"])]
    else:
        who = [("rft.aulast", author["family-names"]), ("rft.aufirst", author["given-names"])]
    pairs = [
        ("ctx_ver", "Z39.88-2004"),
        ("rft_val_fmt", "info:ofi/fmt:kev:mtx:book"),
        ("rft.genre", "bookitem"),
        ("rft.btitle", cff["title"]),
        ("rft.atitle", f"{work['title']}, passage {number}"),
        *who,
        ("rft.edition", f"Version {cff['version']}"),
        ("rft.date", str(cff["date-released"].year)),
        ("rft.language", "en"),
    ]
    return urlencode(pairs + ([("rft_id", f"{site}{page}#p{number}")] if site else []))


def describe(app, doctree, docname):
    """Give each passage its ContextObject, by which a reference manager finds it."""
    if app.config.edition_citation:
        site, page = app.config.html_baseurl or None, app.builder.get_target_uri(docname)
        for node in doctree.findall(passage):
            context_object = coins(app.edition_cff, site, node["number"], page)
            node.insert(1, make("span", class_="Z3988", title=context_object))


def tags(cff, site, title, description, address, whole):
    """Return (attribute, name, content) of the meta elements of a page.

    `whole`: it is the cover, and stands for the book.
    """
    day, authors = cff["date-released"], [called(author) for author in cff["authors"]]
    meta = [
        ("name", "citation_title", cff["title"] if whole else title),
        *(("name", "citation_author", author) for author in authors),
        ("name", "citation_publication_date", day.strftime("%Y/%m/%d")),
        ("name", "citation_language", "en"),
    ]
    if not whole:
        # Google Scholar's name, and Zotero's
        meta += [("name", f"citation_{name}_title", cff["title"]) for name in ("inbook", "book")]
    if address:
        pdf = f"{site}{file_name(cff)}.pdf"
        meta += [("name", "citation_public_url", address), ("name", "citation_pdf_url", pdf)]
    meta += [
        ("name", "DC.title", cff["title"] if whole else title),
        *(("name", "DC.creator", author) for author in authors),
        ("name", "DC.date", day.isoformat()),
        ("name", "DC.language", "en"),
        ("name", "DC.type", "Text"),
        ("name", "DC.rights", cff["license-url"]),
    ]
    if not whole:
        meta.append(("name", "DC.relation.isPartOf", cff["title"]))
    if address:
        meta.append(("name", "DC.identifier", address))
    meta += [
        ("property", "og:type", "book" if whole else "article"),
        ("property", "og:site_name", cff["title"]),
        ("property", "og:title", cff["title"] if whole else title),
        ("property", "og:description", description),
        ("property", "og:locale", "en_GB"),
    ]
    return meta + ([("property", "og:url", address)] if address else [])


def picture(page):
    """Return where the picture of a page is, below the book's address."""
    return f"{PICTURES}/{Path(page).name}.png"


def furnish(app, page, template, context, doctree):
    """Give a page of the book what it says of itself."""
    if not app.config.edition_citation or doctree is None:
        return
    cff, site, whole = app.edition_cff, app.config.html_baseurl or None, page == app.config.root_doc
    title, description = html.unescape(re.sub("<[^>]*>", "", context["title"])), context["description"]
    address = f"{site}{'' if whole else app.builder.get_target_uri(page)}" if site else None
    context["said"] = tags(cff, site, title, description, address, whole)
    if site:
        image = site + picture(page)
        bars = number(len(load("eras"))) if "eras" in package() else "no"
        alt = f"{title}: {bars} bars in the colours of the eras above the title."
        context["said"] += [
            ("property", "og:image", image),
            ("property", "og:image:width", str(SIZE[0])),
            ("property", "og:image:height", str(SIZE[1])),
            ("property", "og:image:alt", alt),
            ("name", "twitter:card", "summary_large_image"),
        ]
    order = list(app.env.collect_relations())
    if whole:
        chapters = []
        for position, name in enumerate(order[1:], 1):
            part = {"@type": "Chapter", "name": app.env.titles[name].astext(), "position": position}
            chapters.append(part | ({"url": site + app.builder.get_target_uri(name)} if site else {}))
        graph = [book(cff, site) | {"description": description, "hasPart": chapters}]
    else:
        graph = [chapter(cff, site, title, description, address, order.index(page))]
    if any(source_lines(doctree)):
        places = {name: table_place(app.builder, name) for name in package()}
        graph += [dataset(cff, site, places[name], table) for name, table in package().items()]
    linked_data = {"@context": "https://schema.org", "@graph": graph}
    context["linked_data"] = json.dumps(linked_data, ensure_ascii=False).replace("</", "<\\/")


def write(app, error):
    """Write the map of the site, where its address is known."""
    site = app.config.html_baseurl
    if error or app.builder.format != "html":
        return
    sitemap = Path(app.outdir, "sitemap.xml")
    sitemap.unlink(missing_ok=True)
    if app.config.edition_citation and site:
        day, entries = app.edition_cff["date-released"], ""
        for name in app.env.collect_relations():
            place = "" if name == app.config.root_doc else app.builder.get_target_uri(name)
            entries += f"<url><loc>{html.escape(site + place)}</loc><lastmod>{day}</lastmod></url>\n"
        sitemap.write_text(
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{entries}</urlset>\n',
            encoding="utf-8",
        )


def setup(app):
    app.connect("doctree-resolved", describe, priority=650)  # behind the name of a passage
    app.connect("html-page-context", furnish, priority=950)  # after `page` has found what the page is about
    app.connect("build-finished", write)
