"""Servers on loopback.

A Binder that hands out JupyterLab, the built book with its live code, and a folder as a web host serves it.
"""

import contextlib
import functools
import gzip
import http.server
import json
import re
import threading
from pathlib import Path

import pytest
from conftest import HTML, free_port

from edition.web import repository

OFFER = (
    '<span class="live-offer"><button type="button" class="chart-explore">in the page</button> · '
    "</span>"
)  # as `running` makes it
NOBODY = f"http://127.0.0.1:{free_port()}"  # where no Binder answers


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


def serve(handler):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server, f"http://127.0.0.1:{server.server_address[1]}"


class Host(Quiet):
    """A folder as a web host serves it: what is text compressed, over connections that are kept."""

    protocol_version = "HTTP/1.1"
    compress = staticmethod(functools.cache(gzip.compress))

    def do_GET(self):
        path = Path(self.translate_path(self.path))
        if not path.is_file():
            return self.send_error(404)
        kind, body = self.guess_type(path), path.read_bytes()
        self.send_response(200)
        self.send_header("Content-Type", kind)
        if re.match("text/|application/(javascript|json)|image/svg", kind):
            self.send_header("Content-Encoding", "gzip")
            body = self.compress(body)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@contextlib.contextmanager
def published(folder=HTML):
    """Serve a folder as a web host does; gives its address."""
    server, address = serve(functools.partial(Host, directory=folder))
    yield address
    server.shutdown()


@pytest.fixture(scope="session")
def address(book):
    """The address of the built book, as a web host serves it."""
    with published() as address:
        yield address


@pytest.fixture(scope="session")
def binder(jupyter):
    """A Binder: tells of its phases, and at last where the server is.

    A ref of `broken` cannot be built, at `shaky` the connection ends once.
    """
    shaken = []

    class Binder(Quiet):
        def do_GET(self):
            ref = re.fullmatch(r"/build/gh/a-body/a-book/(\w+)", self.path)
            self.send_response(200 if ref else 404)
            self.send_header("Content-Type", "text/event-stream")
            self.send_header("Access-Control-Allow-Origin", "*")
            self.end_headers()
            phases = [{"phase": "building", "message": "Step 1"}]
            if ref and ref[1] == "broken":
                phases.append({"phase": "failed", "message": "no such commit"})
            elif not ref or ref[1] != "shaky" or shaken:
                phases += [
                    {"phase": "launching", "message": "Launching server..."},
                    {"phase": "ready", "message": "", "url": jupyter[0], "token": jupyter[1]},
                ]
            else:
                shaken.append(self.path)
            with contextlib.suppress(ConnectionError):  # the page need not listen to the end
                for phase in phases:
                    self.wfile.write(f"data: {json.dumps(phase)}\n\n".encode())

    server, address = serve(Binder)
    yield address
    server.shutdown()


@pytest.fixture(scope="session")
def site(book, binder, jupyter):
    """The built book on loopback, as if built where the repository is known, under its own policy.

    What `?ref=` names is the ref.
    """

    class Site(Quiet):
        def __init__(self, *arguments):
            super().__init__(*arguments, directory=HTML)

        def do_GET(self):
            path, _, ref = self.path.partition("?ref=")
            if not path.endswith(".html"):
                return super().do_GET()
            text = (
                (HTML / path[1:])
                .read_text(encoding="utf-8")
                .replace(OFFER, "")
                .replace("Run this page: ", f"Run this page: {OFFER}")
            )
            known = repository.binder("https://github.com/a-body/a-book", ref or "abc") | {
                "binder": NOBODY if ref == "unreachable" else binder,
                "path": path[1:].removesuffix(".html"),
            }
            attributes = " ".join(f'data-{name}="{value}"' for name, value in known.items())
            root = "../" * (path.count("/") - 1)
            text = re.sub(r"<script[^>]*live\.js[^>]*></script>", "", text).replace(
                "</head>", f'<script defer src="{root}_static/live.js" {attributes}></script></head>'
            )
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(text.encode())

    server, address = serve(Site)
    yield address.replace("127.0.0.1", "localhost")  # another host than the server's, as it is on Binder
    server.shutdown()
