# The edition's commands. Everything that they need they set up themselves in .venv.
PYTHON ?= python3
BIN := .venv/bin
export PIP_DISABLE_PIP_VERSION_CHECK = 1
export PYTHONHASHSEED = 0

.PHONY: book serve test visual release clean pins

book: .venv/book # build the book to _build/html; a warning is an error
	$(BIN)/jupyter-book build . --all -W --keep-going
	@echo "Open $(CURDIR)/_build/html/index.html"

serve: book # show it at http://127.0.0.1:8000
	$(BIN)/python -m http.server --bind 127.0.0.1 --directory _build/html 8000

test: book .venv/test # build the book and run every test
	$(BIN)/python -m pytest

BASE = main
visual: book .venv/test # show in _build/visual/index.html which pages look other than those of the commit BASE
	rm -rf _build/base _build/visual && mkdir -p _build/base
	git archive $(BASE) | tar -x -C _build/base
	$(MAKE) -C _build/base book
	$(BIN)/python tests/visual.py _build/base/_build/html _build/html _build/visual
	@echo "Open $(CURDIR)/_build/visual/index.html"

release: book # write the site as an archive, its checksums and a manifest to _build/release; TAG=v1.2.3 must be the version
	$(BIN)/python .ci/release.py

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
