"""Binder, for real.

Its environment is made, JupyterLab is started, each chapter is opened from its launch path, and all its cells
are run.
"""

import json
import re
import subprocess

import pytest
from conftest import ROOT, faulty
from repo2docker.buildpacks import CondaBuildPack, PipfileBuildPack, PythonBuildPack

from edition.web.repository import notebook_path

PACKAGES, MEGABYTES = 110, 400  # what the environment may hold
CHAPTERS = sorted(
    str(path.relative_to(ROOT))
    for path in [ROOT / "index.md", *(ROOT / "chapters").glob("*.md")]
    if "{code-cell}" in path.read_text(encoding="utf-8")
)
BROKEN = """---
jupytext: {text_representation: {extension: .md, format_name: myst}}
kernelspec: {name: python3, display_name: Python 3}
---

```{code-cell} ipython3
import altair as alt
import pandas as pd
from edition import load
alt.Chart(pd.DataFrame({"x": [], "y": []})).mark_bar().encode(x="x:Q", y="y:Q")
```

```{code-cell} ipython3
no_such_name
```
"""


@pytest.fixture(scope="module")
def lab(environment, jupyter, browser):
    """A tab of JupyterLab, and its address.

    What it asks of other hosts is refused and kept in `tab.elsewhere`.
    """
    (environment[1] / "chapters" / "broken.md").write_text(BROKEN)
    address, token = jupyter
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    tab = context.new_page()
    tab.elsewhere = []
    context.route(
        lambda url: not url.startswith((address, "data:", "blob:")),
        lambda route: (tab.elsewhere.append(route.request.url), route.abort()),
    )
    tab.goto(f"{address}lab?token={token}")
    yield tab, address
    context.close()


NOTEBOOK = "jupyterapp.shell.currentWidget.content"
RUN = """async () => {
    const panel = jupyterapp.shell.currentWidget;
    await panel.sessionContext.ready;
    await jupyterapp.commands.execute("runmenu:run-all");
    await panel.sessionContext.session.kernel.requestKernelInfo();  // answered once all cells are
}"""
CELLS = f"""() => [...{NOTEBOOK}.model.cells].map((cell, index) => [index, cell])
    .filter(([, cell]) => cell.type == "code")
    .map(([index, cell]) => ({{index, count: cell.executionCount, outputs: cell.outputs.toJSON()}}))"""
MARKS = f"""index => {{
    {NOTEBOOK}.scrollToItem(index);
    const canvas = {NOTEBOOK}.widgets[index].node.querySelector(".jp-RenderedVegaLite canvas.marks");
    if (!canvas || !canvas.width) return 0;
    const pixels = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
    const at = offset => [pixels[offset], pixels[offset + 1], pixels[offset + 2]];
    let coloured = 0, inked = 0;
    for (let offset = 0; offset < pixels.length; offset += 4) {{
        const shade = at(offset);
        if (pixels[offset + 3] && Math.max(...shade) - Math.min(...shade) > 24) coloured++;
        if (pixels[offset + 3] && Math.min(...shade) < 250) inked++;
    }}
    return coloured || (inked > pixels.length / 4 / 20 ? inked : 0);  // grey cells, or faint bands
}}"""


def run_all(tab, address, path):
    """Open a chapter by its launch path, run all its cells, and return (number of charts, faults)."""
    tab.goto(f"{address}{path}?reset")
    tab.wait_for_function("window.jupyterapp?.shell.currentWidget?.content?.model?.cells")
    tab.evaluate(RUN)
    faults, charts = [], 0
    for cell in tab.evaluate(CELLS):
        if not cell["count"]:
            faults.append(f"cell {cell['index']} did not run")
        for output in cell["outputs"]:
            if output["output_type"] in ("error", "stream"):
                faults.append(f"cell {cell['index']}: {output.get('ename') or output.get('text')}")
            if "application/vnd.vegalite.v5+json" in output.get("data", {}):
                charts += 1
                for _ in range(50):
                    if (marks := tab.evaluate(MARKS, cell["index"])) > 50:
                        break
                    tab.wait_for_timeout(100)
                else:
                    faults.append(f"cell {cell['index']}: a chart with {marks} coloured pixels")
    return charts, faults


@pytest.mark.whole
@pytest.mark.timeout(1200)  # it goes over all chapters
def test_all_cells_of_each_chapter_run_and_its_charts_are_drawn(book, lab):
    tab, address = lab

    def look(chapter):
        charts, faults = run_all(tab, address, notebook_path(chapter.removesuffix(".md")))
        written = (
            (book / chapter).with_suffix(".html").read_text(encoding="utf-8").count('<figure class="chart"')
        )
        return faults + [f"{charts} charts, not {written}"] * (charts != written)

    assert faulty(look, CHAPTERS) == {} and tab.elsewhere == []


@pytest.mark.whole
def test_a_broken_cell_and_an_empty_chart_are_seen(lab):
    assert run_all(*lab, "lab/tree/chapters/broken.md") == (
        1,
        ["cell 0: a chart with 0 coloured pixels", "cell 1: NameError"],
    )


@pytest.mark.whole
def test_a_chart_is_interactive(lab):
    tab, address = lab
    assert run_all(tab, address, "lab/tree/chapters/eras.md")[1] == []
    canvas = tab.locator(".jp-RenderedVegaLite canvas.marks").first
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    for across in range(5, 100, 5):
        for down in range(10, 100, 10):
            tab.mouse.move(box["x"] + box["width"] * across / 100, box["y"] + box["height"] * down / 100)
            if tab.locator("#vg-tooltip-element.visible").count():
                return
    pytest.fail("no tooltip anywhere on the chart")


@pytest.mark.whole
def test_a_double_click_opens_a_chapter_as_a_notebook(lab):
    tab, address = lab
    tab.goto(f"{address}lab?reset")
    tab.locator(".jp-DirListing-item", has_text="chapters").dblclick()
    tab.locator(".jp-DirListing-item", has=tab.get_by_text("votes.md", exact=True)).dblclick()
    tab.wait_for_selector(".jp-NotebookPanel .jp-CodeCell")


@pytest.mark.whole
def test_the_environment_is_slim(environment):
    venv, *_ = environment
    subprocess.run(
        [venv / "bin" / "python", "-m", "compileall", "-q", venv / "lib"], stdout=subprocess.DEVNULL
    )  # as pip does
    listed = json.loads(
        subprocess.run(
            [venv / "bin" / "pip", "list", "--format=json"], capture_output=True, text=True, check=True
        ).stdout
    )
    names = {package["name"] for package in listed}
    assert not names & {"jupyter-book", "Sphinx", "myst-nb", "playwright", "vl-convert-python"}
    size = (
        sum(path.stat().st_size for path in venv.rglob("*") if path.is_file() and not path.is_symlink())
        / 2**20
    )
    print(f"{len(names)} packages, {size:.0f} MB")
    assert len(names) <= PACKAGES and size <= MEGABYTES
    pinned = set(
        re.findall(r"^([\w.-]+)==([^\s;]+)", (ROOT / ".binder" / "requirements.txt").read_text(), re.M)
    )
    ours = {
        package["name"].lower().replace("_", "-").replace(".", "-"): package["version"] for package in listed
    }
    for name in ours.keys() - {"edition", "pip", "wheel"}:
        assert (name, ours[name]) in pinned


def test_the_image_of_binder_would_be_made_of_these_files(tmp_path, monkeypatch):
    """The Dockerfile that repo2docker writes for the repository: as far as this goes without Docker."""
    monkeypatch.chdir(ROOT)
    packs = [pack("buildpack-deps:jammy") for pack in (PythonBuildPack, CondaBuildPack, PipfileBuildPack)]
    packs[0].platform = "linux/amd64"
    assert [pack.detect() for pack in packs] == [True, False, False]
    dockerfile = packs[0].render({})
    (tmp_path / "Dockerfile").write_text(dockerfile)
    assert any("environment.py-3.12" in file for file in packs[0].get_build_script_files()), (
        "the version of Python in .binder/runtime.txt"
    )
    steps = [
        r"COPY --chown=\S+ src/\.binder/requirements\.txt "
        r"\$\{REPO_DIR\}/\.binder/requirements\.txt",  # first, and so kept where only a chapter changes
        r"\$\{KERNEL_PYTHON_PREFIX\}/bin/pip install --no-cache-dir -r \"\.binder/requirements\.txt\"",
        r"COPY --chown=\S+ src/ \$\{REPO_DIR\}",
        r"RUN chmod \+x \"?\.binder/postBuild",
        r"RUN \./\.binder/postBuild",
        r"CMD \[\"jupyter\", \"notebook\", \"--ip\", \"0\.0\.0\.0\"\]",
    ]
    places = [re.search(step, dockerfile) for step in steps]
    assert all(places), [step for step, place in zip(steps, places, strict=True) if not place]
    assert [place.start() for place in places] == sorted(place.start() for place in places)
