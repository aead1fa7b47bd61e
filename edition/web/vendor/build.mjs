// Makes the scripts of others that the pages load, the texts of their licences, and made.json, which tells what is in them:
// node build.mjs FOLDER, with the packages of package-lock.json beside it, for the project in FOLDER (`make vendor`).
import {createHash} from "node:crypto";
import {mkdirSync, readFileSync, readdirSync, writeFileSync} from "node:fs";
import {dirname, join} from "node:path";
import {build} from "esbuild";

const HERE = import.meta.dirname;
const stdin = contents => ({stdin: {contents, resolveDir: HERE}, bundle: true});

// thebe-core without its notebook of widgets and renderers, which no page has
const withoutWidgets = {name: "without-widgets", setup({onResolve, onLoad}) {
  onResolve({filter: /^\.\/(session|manager)$/}, ({importer}) => importer.includes("/thebe-core/") ? {path: "none", namespace: "none"} : null);
  onLoad({filter: /./, namespace: "none"}, () => ({contents: "export default null; export const WIDGET_MIMETYPE = '', ThebeManager = null;"}));
}};

const SCRIPTS = {
  "vega/vega.js": { // without what no chart of the book uses: forces, word clouds, regressions
    ...stdin(`
      import {transforms} from 'vega-dataflow';
      import * as tx from 'vega-transforms';
      import * as vtx from 'vega-view-transforms';
      import * as encode from 'vega-encode';
      import * as geo from 'vega-geo';
      import 'vega-projection';
      Object.assign(transforms, tx, vtx, encode, geo);
      export {View} from 'vega-view';
      export {parse} from 'vega-parser';
      export {expressionInterpreter} from 'vega-interpreter';`),
    format: "iife", globalName: "vegaRuntime",
  },
  "vega/vega-lite.js": { // its compiler alone asks for no more of vega than vega-util has
    ...stdin("export {compile} from 'vega-lite';"),
    format: "iife", globalName: "vegaLite", alias: {vega: "vega-util"},
  },
  "live/thebe.js": {
    ...stdin("export {default as ThebeServer} from 'thebe-core/dist/esm/server'; export {Config} from 'thebe-core/dist/esm/config';"),
    format: "iife", globalName: "thebeCore", define: {"process.env.NODE_ENV": '"production"'}, plugins: [withoutWidgets],
  },
  "search/minisearch.js": {entryPoints: ["node_modules/minisearch/dist/umd/index.js"]},
};

const PACKAGE = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//;
const LICENCE = /^(licen[cs]e|copying|notice|copyrightnotice)/i;
const read = (...path) => readFileSync(join(HERE, ...path), "utf8").trim();

/** The texts of a package's licence. */
function licences(folder, name) {
  const files = readdirSync(join(HERE, folder)).filter(file => LICENCE.test(file)).sort();
  if (files.length) return files.map(file => read(folder, file)).join("\n\n");
  if (/^@(jupyterlab|lumino)\//.test(name)) return read("jupyter.txt"); // their packages have none in them
  throw new Error(`${name} has no licence in it; put its text beside build.mjs`);
}

/** What its files say of code that was taken from elsewhere. */
function notices(files) {
  const comments = files.flatMap(file => read(file).match(/\/\*[^]*?\*\//g) ?? []);
  return [...new Set(comments)].filter(comment => /copyright|\blicen[cs]e\b/i.test(comment));
}

const made = {}, texts = {};
for (const [script, options] of Object.entries(SCRIPTS)) {
  const {outputFiles: [{contents}], metafile} = await build({...options, absWorkingDir: HERE, minify: true, write: false, metafile: true, outfile: script, logLevel: "warning"});
  const [{inputs}] = Object.values(metafile.outputs);
  const packages = {};
  for (const file of Object.keys(inputs).filter(file => inputs[file].bytesInOutput)) {
    const folder = file.match(PACKAGE)?.[1];
    if (folder) (packages[folder] ??= []).push(file);
  }
  made[script] = {contents, packages: []};
  const here = texts[dirname(script)] ??= {};
  for (const [folder, files] of Object.entries(packages)) {
    const {name, version, license} = JSON.parse(read(folder, "package.json"));
    made[script].packages.push(`${name} ${version}`);
    (here[licences(folder, name)] ??= new Set()).add(`${name} ${version} (${license})`);
    for (const notice of notices(files)) (here[notice] ??= new Set()).add(`in files of ${name} ${version}`);
  }
  made[script].packages.sort();
}
for (const [folder, byText] of Object.entries(texts)) {
  const parts = Object.entries(byText).map(([text, names]) => `${"=".repeat(100)}\n${[...names].sort().join("\n")}\n\n${text}\n`);
  made[`${folder}/LICENSES.txt`] = {contents: `What the scripts of this folder hold of others, and under which licences. Written by edition/web/vendor/build.mjs.\n\n${parts.sort().join("\n")}`};
}

const [project] = process.argv.slice(2);
const write = (path, contents) => { mkdirSync(dirname(path), {recursive: true}); writeFileSync(path, contents); };
const record = {};
for (const [name, {contents, ...rest}] of Object.entries(made)) {
  write(join(project, "edition/web/theme/static", name), contents);
  record[name] = {sha256: createHash("sha256").update(contents).digest("hex"), ...rest};
}
write(join(project, "edition/web/vendor/made.json"), `${JSON.stringify(record, null, 1)}\n`);
