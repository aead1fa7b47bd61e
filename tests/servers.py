"""Servers on loopback: Jupyter, a Binder that hands it out, and the built book with its live code."""

import contextlib
import http.server
import json
import os
import re
import secrets
import socket
import subprocess
import sys
import threading
import time
import urllib.request

import pytest
from conftest import HTML, Copy

from edition import origin


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


NOBODY = f"http://127.0.0.1:{free_port()}"  # where no Binder answers


@pytest.fixture(scope="session")
def environment(tmp_path_factory):
    """What repo2docker makes of `.binder/`, without the container: a copy of the book, and an environment for it alone.

    Returns (folder of the environment, folder of the book, environment variables).
    """
    place = tmp_path_factory.mktemp("binder")
    repository = Copy(place / "repository").root
    (repository / ".venv").unlink()
    subprocess.run([sys.executable, "-m", "venv", place / "venv"], check=True)
    outside = ("PYTHONPATH", "EDITION_BOOK", "VIRTUAL_ENV", "TZ")
    variables = {name: value for name, value in os.environ.items() if name not in outside and not name.startswith("JUPYTER")}
    variables |= {"PATH": f"{place}/venv/bin:{os.environ['PATH']}", "HOME": str(place)}
    pip = [place / "venv" / "bin" / "pip", "install", "--quiet", "--only-binary", ":all:", "-r", ".binder/requirements.txt"]
    subprocess.run(pip, cwd=repository, env=os.environ, check=True)
    subprocess.run(["./.binder/postBuild"], cwd=repository, env=variables, check=True)
    return place / "venv", repository, variables


def start(command, variables, log, address):
    """Start a server, and return it once it answers at `address`."""
    with open(log, "w") as output:
        server = subprocess.Popen(command, env=variables, stdout=output, stderr=output)
    for _ in range(600):
        assert server.poll() is None, log.read_text()
        try:
            urllib.request.urlopen(address).close()
            return server
        except OSError:
            time.sleep(0.1)
    raise AssertionError(log.read_text())


@pytest.fixture(scope="session")
def jupyter(environment):
    """A JupyterLab as Binder starts one: at the root of the repository, with a token, open to any page. Returns (address, token)."""
    venv, repository, variables = environment
    port, token = free_port(), secrets.token_hex(16)
    address = f"http://127.0.0.1:{port}/"
    command = [venv / "bin" / "jupyter-lab", "--no-browser", "--allow-root", "--ServerApp.ip=127.0.0.1", f"--ServerApp.port={port}", "--ServerApp.port_retries=0",
               f"--IdentityProvider.token={token}", "--ServerApp.allow_origin=*", f"--ServerApp.root_dir={repository}", "--LabApp.expose_app_in_browser=True"]
    server = start(command, variables, repository.parent / "lab.log", f"{address}api/status?token={token}")
    yield address, token
    server.terminate()
    server.wait()


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


def serve(handler):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server, f"http://127.0.0.1:{server.server_address[1]}"


@pytest.fixture(scope="session")
def binder(jupyter):
    """A Binder: tells of its phases, and at last where the server is. A ref of `broken` cannot be built, at `shaky` the connection ends once."""
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
                phases += [{"phase": "launching", "message": "Launching server..."}, {"phase": "ready", "message": "", "url": jupyter[0], "token": jupyter[1]}]
            else:
                shaken.append(self.path)
            with contextlib.suppress(ConnectionError):  # the page need not listen to the end
                for phase in phases:
                    self.wfile.write(f"data: {json.dumps(phase)}\n\n".encode())

    server, address = serve(Binder)
    yield address
    server.shutdown()


@pytest.fixture(scope="session")
def site(binder, jupyter):
    """The built book on loopback, as if built where the repository is known, under a policy without `unsafe-eval`. Returns a function: page and ref to address."""
    websocket = jupyter[0].replace("http", "ws")

    class Site(Quiet):
        def __init__(self, *arguments):
            super().__init__(*arguments, directory=HTML)

        def end_headers(self):
            self.send_header("Content-Security-Policy", "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
                             f"connect-src 'self' {binder} {NOBODY} {jupyter[0]} {websocket}")
            super().end_headers()

        def do_GET(self):
            path, _, ref = self.path.partition("?ref=")
            if not path.endswith(".html"):
                return super().do_GET()
            text = (HTML / path[1:]).read_text()
            known = origin.binder("https://github.com/a-body/a-book", ref or "abc") | {"binder": NOBODY if ref == "unreachable" else binder, "path": path[1:].removesuffix(".html")}
            attributes = " ".join(f'data-{name}="{value}"' for name, value in known.items())
            root = "../" * (path.count("/") - 1)
            text = re.sub(r"<script[^>]*live\.js[^>]*></script>", "", text).replace("</head>", f'<script defer src="{root}_static/live.js" {attributes}></script></head>')
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(text.encode())

    server, address = serve(Site)
    yield address.replace("127.0.0.1", "localhost")  # another host than the server's, as it is on Binder
    server.shutdown()
