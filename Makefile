# The edition's commands. Everything that they need they set up themselves in .venv.
PYTHON ?= python3
BIN := .venv/bin
export PIP_DISABLE_PIP_VERSION_CHECK = 1
export PYTHONHASHSEED = 0

.PHONY: book serve test bench clean pins

book: .venv/book # build the book to _build/html; a warning is an error
	$(BIN)/jupyter-book build . --all -W --keep-going
	@echo "Open $(CURDIR)/_build/html/index.html"

serve: book # show it at http://127.0.0.1:8000
	$(BIN)/python -m http.server --bind 127.0.0.1 --directory _build/html 8000

test: book .venv/test # build the book and run every test
	$(BIN)/python -m pytest

bench: .venv/book # time the build against a default Jupyter Book of the same chapters
	$(BIN)/python tests/benchmarks

clean: # remove what was built (the environment stays)
	rm -rf _build

pins: .venv/book # write the two lists of exact versions anew
	$(BIN)/pip install -q uv
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --custom-compile-command "make pins" requirements.in -o requirements.txt
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --custom-compile-command "make pins" tests/requirements.in -o tests/requirements.txt

.venv/book: requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "This book needs Python 3.11 or later; say which with: make PYTHON=python3.12")'
	test -d .venv || $(PYTHON) -m venv .venv
	$(BIN)/pip install -q -r requirements.txt
	$(BIN)/pip install -q --no-deps -e .
	@touch $@

.venv/test: tests/requirements.txt .venv/book
	$(BIN)/pip install -q -r tests/requirements.txt
	sh tests/browser.sh
	@touch $@
