"""The link check finds each fault that a site can have, and finds none in the book."""

import re
import ssl
import subprocess
import sys
import threading
import time
from collections import defaultdict
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from conftest import HTML, ROOT

# a host for each: its answers, the last one again and again;
# a status, or one with the host that it redirects to
ANSWERS = {
    "good": [200],
    "missing": [404],
    "failing": [500],
    "circle": [(302, "circle")],
    "silent": [None],
    "nobody": [],
    "self-signed": [200],
    "no-head": [200],
    "page#there": [200],
    "page#not-there": [200],
    "moved": [(301, "good")],
    "moved-twice": [(308, "moved")],
    "elsewhere": [(302, "good")],
    "moved-then-elsewhere": [(301, "elsewhere")],
    "moved-and-missing": [(301, "missing")],
    "busy-once": [429, 200],
    "down-once": [503, 200],
    "busy": [429],
    "closed-to-robots": [403],
    "not-asked": [404],
    "polite": [200],
}
INSIDE = """<meta charset="utf-8"><title>A page</title>
<link rel="stylesheet" href="style.css"><link rel="stylesheet" href="missing.css">
<script src="script.js"></script><script src="missing.js"></script>
<p id="here" style="background: url(drawing.svg)"><a href="#here">1</a><a href="#not-here">2</a>
<a href="chapters/page.html">3</a><a href="chapters/page.html#there">4</a>
<a href="chapters/page.html#not-there">5</a>
<a href="chapters/missing.html">6</a><a href="chapters/Page.html">7</a>
<a href="table.csv">8</a><a href="missing.csv">9</a>
<a href="chapters/">10</a><a href="../beside.html">11</a><a href="/index.html">12</a>
<a href="page%20two.html#%D3%99">13</a>
<img src="drawing.svg" srcset="missing-2x.svg 2x"><img src="missing.svg">"""


class Host(BaseHTTPRequestHandler):
    def do_GET(self):
        asked, answers = self.server.asked[self.server.name], ANSWERS[self.server.name]
        asked.append(time.monotonic())
        answer = answers[min(len(asked), len(answers)) - 1]
        if answer is None:
            return self.server.over.wait()
        status, target = answer if isinstance(answer, tuple) else (answer, None)
        self.send_response(status)
        if target:
            self.send_header("Location", self.server.addresses[target])
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b'<p id="there">')

    def do_HEAD(self):
        self.send_error(405)

    def log_message(self, *_):
        pass


@pytest.fixture
def hosts(tmp_path):
    """A server on loopback for each of ANSWERS: their addresses, and when each was asked."""
    subprocess.run(
        [
            "openssl",
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:prime256v1",
            "-nodes",
            "-subj",
            "/CN=127.0.0.1",
            "-addext",
            "subjectAltName=IP:127.0.0.1",
            "-keyout",
            tmp_path / "key.pem",
            "-out",
            tmp_path / "certificate.pem",
        ],
        check=True,
        capture_output=True,
    )
    addresses, asked, over = {}, defaultdict(list), threading.Event()
    servers = []
    for name in ANSWERS:
        server = ThreadingHTTPServer(("127.0.0.1", 0), Host)
        server.name, server.addresses, server.asked, server.over = name, addresses, asked, over
        scheme = "http"
        if name == "self-signed":
            scheme, context = "https", ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(tmp_path / "certificate.pem", tmp_path / "key.pem")
            server.socket = context.wrap_socket(server.socket, server_side=True)
        addresses[name] = f"{scheme}://127.0.0.1:{server.server_port}/{name}"
        if ANSWERS[name]:
            threading.Thread(target=server.serve_forever, args=[0.05], daemon=True).start()
            servers.append(server)
        else:
            server.server_close()
    addresses["missing"] += "?one&copy=two"  # an address that is written otherwise in HTML
    yield addresses, asked
    over.set()
    for server in servers:
        server.shutdown()
        server.server_close()


def check(folder, *options):
    """Run the check as `make links` does: (exit status, {title: {address: (what, where)}})."""
    done = subprocess.run(
        [sys.executable, ROOT / "tests" / "links.py", *options, folder], capture_output=True, text=True
    )
    assert done.stderr == "" and done.stdout == (folder.parent / "links.md").read_text()
    parts = re.split(r"^## (.+): \d+$", done.stdout, flags=re.M)[1:]
    told = (re.findall(r"- (.+)\n  (.+)\n  in (.*)", text) for text in parts[1::2])
    return done.returncode, {
        title: {address: (what, where) for address, what, where in found}
        for title, found in zip(parts[::2], told, strict=True)
    }


def test_each_link_inside_the_book_leads_somewhere(book):
    assert check(HTML) == (0, {})


@pytest.fixture
def site(tmp_path, hosts):
    """A built book with every kind of fault, and the settings as they are, but quicker."""
    addresses, _ = hosts
    folder = tmp_path / "_build" / "html"
    (folder / "chapters").mkdir(parents=True)
    outside = [*addresses.values(), addresses["polite"] + "/"]
    (folder / "index.html").write_text(
        INSIDE + "".join(f'<a href="{escape(address)}">there</a>' for address in outside)
    )
    (folder / "chapters" / "page.html").write_text(
        f'<p id="there"><a href="{escape(addresses["missing"])}">there too</a>'
    )
    (folder / "page two.html").write_text('<meta charset="utf-8"><p id="ә">')
    (folder / "style.css").write_text("body { background: url(drawing.svg), url(missing.woff2); }")
    for name in ("script.js", "drawing.svg", "table.csv", "../beside.html"):
        (folder / name).write_text("here")
    (tmp_path / "references.bib").write_text(f"url = {{{addresses['missing']}}}")
    text = (ROOT / "tests" / "linkcheckerrc").read_text()
    quicker = {
        "timeout=30": "timeout=2",
        "pauses=30 300": "pauses=0 0",
        "\nignore=": f"\nignore=\n  # a reason\n  ^{addresses['not-asked']}$",
    }
    for old, new in quicker.items():
        assert text.count(old) == 1
        text = text.replace(old, new)
    (tmp_path / "linkcheckerrc").write_text(text)
    return folder, "--config", tmp_path / "linkcheckerrc"


MISSING = [
    "missing.css",
    "missing.js",
    "missing.svg",
    "missing-2x.svg",
    "missing.csv",
    "missing.woff2",
    "chapters/missing.html",
    "chapters/Page.html",
]
FAULTS_INSIDE = {
    **dict.fromkeys(MISSING, "no such file"),
    **dict.fromkeys(["#not-here", "chapters/page.html#not-there"], "no such anchor"),
    **dict.fromkeys(["chapters/", "../beside.html", "/index.html"], "leads to a folder or out of the book"),
}


@pytest.mark.whole
def test_each_fault_inside_is_reported_and_nothing_else(site, hosts):
    status, parts = check(*site)
    assert status == 1 and list(parts) == ["Broken"] and hosts[1] == {}, "nothing elsewhere is asked for"
    assert {address: what for address, (what, _) in parts["Broken"].items()} == FAULTS_INSIDE
    assert {where for _, where in parts["Broken"].values()} == {"index.html", "style.css"}


@pytest.mark.whole
def test_each_fault_elsewhere_is_reported_and_nothing_else(site, hosts):
    addresses, asked = hosts
    status, parts = check(*site, "--online")
    told = {title: {address: what for address, (what, _) in found.items()} for title, found in parts.items()}
    assert status == 1 and told == {
        "Broken": FAULTS_INSIDE
        | {
            addresses["missing"]: "404 Not Found",
            addresses["moved-and-missing"]: "404 Not Found",
            addresses["failing"]: "500 Internal Server Error",
            addresses["circle"]: "redirects without end",
            addresses["silent"]: "no answer in time",
            addresses["nobody"]: "no connection",
            addresses["self-signed"]: "its certificate is not valid",
            addresses["page#not-there"]: "no such anchor",
        },
        "Moved for good": {
            addresses["moved"]: f"is now {addresses['good']}",
            addresses["moved-twice"]: f"is now {addresses['good']}",
            addresses["moved-then-elsewhere"]: f"is now {addresses['elsewhere']}",
        },
        "Answers, but not to robots: look yourself": {
            addresses["closed-to-robots"]: "403 Forbidden",
            addresses["busy"]: "429 Too Many Requests",
        },
        "Not asked, for a reason in linkcheckerrc": {addresses["not-asked"]: "ignored"},
    }
    assert parts["Broken"][addresses["missing"]][1] == "chapters/page.html, index.html, references.bib"
    often = {
        "failing": 3,
        "silent": 3,
        "busy": 3,
        "busy-once": 2,
        "down-once": 2,
        "no-head": 1,
        "closed-to-robots": 1,
        "polite": 2,
    }
    assert {name: len(asked[name]) for name in often} == often, "only what failed is asked again"
    assert asked["polite"][1] - asked["polite"][0] > 0.8, "a host is given a second between two requests"
