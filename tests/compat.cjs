// Names what scripts and style sheets use that a browser does not know, by MDN's tables.
// node compat.cjs '["firefox 115", …]' FILE…
// A member counts as known where any interface has it, since a script does not say of what it asks for it.
const {readFileSync} = require("node:fs");
const {parse} = require("acorn");
const {full} = require("acorn-walk");
const csstree = require("css-tree");

const {api, css, javascript} = require("@mdn/browser-compat-data");
const {builtins, classes, regular_expressions} = javascript;
const SELECTS = /^(querySelector|querySelectorAll|closest|matches)$/;
const browsers = JSON.parse(process.argv[2]).map((browser) => browser.split(" "));

const number = (version) => parseFloat(String(version).replace("≤", "")); // or none
const knows = ({__compat: {support}}, [browser, version]) => [support[browser] ?? []].flat().some((part) =>
  number(part.version_added) <= version && !(number(part.version_removed) <= version)
  && !part.flags && !part.prefix && !part.alternative_name);

const hyphened = (name) => String(name).replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

// members of interfaces, by name
const members = new Map();
const collect = (holder) => {
  for (const [name, feature] of Object.entries(holder)) {
    if (!feature.__compat) continue;
    members.set(name, [...members.get(name) ?? [], feature]);
    collect(feature);
  }
};
collect(api);
collect(builtins);

// what a script declares itself is no member of an interface, though it may be called as one
const declared = (tree) => {
  const names = new Set();
  const pattern = (node) => full(node, ({type, name}) => type === "Identifier" && names.add(name));
  full(tree, (node) => {
    if (node.type === "VariableDeclarator") pattern(node.id);
    for (const parameter of node.params ?? []) pattern(parameter);
    if (/^Function/.test(node.type) && node.id) pattern(node.id);
  });
  return names;
};

const script = (text) => {
  const tree = parse(text, {ecmaVersion: 2022}), own = declared(tree), used = [];
  const use = ({name}) => own.has(name)
    || used.push([name, [...members.get(name) ?? [], css.properties[hyphened(name)] ?? []].flat()]);
  full(tree, (node) => {
    if (node.type === "Identifier") use(node);
    if (node.type === "MemberExpression" && !node.computed) {
      const {object, property} = node, holder = api[object.name] ?? builtins[object.name];
      const feature = holder?.[`${property.name}_static`] ?? holder?.[property.name];
      feature ? used.push([`${object.name}.${property.name}`, [feature]]) : use(property);
    }
    if (node.callee?.object?.name === "Object" && node.callee.property.name === "assign") {
      for (const {properties = []} of node.arguments) properties.forEach(({key}) => key && use(key));
    }
    if (SELECTS.test(node.callee?.property?.name)) {
      used.push(...sheet(`${node.arguments[0].value ?? "*"} {}`));
    }
    if (node.type === "StaticBlock") used.push(["static {}", [classes.static.initialization_blocks]]);
    if (/\(\?<[=!]/.test(node.regex?.pattern)) {
      used.push(["(?<=", [regular_expressions.lookbehind_assertion]]);
    }
  });
  return used;
};

// functions that more than one property takes
const types = new Map();
const gather = (holder) => {
  for (const [name, feature] of Object.entries(holder)) {
    if (name === "__compat") continue;
    types.set(name, [...types.get(name) ?? [], feature]);
    gather(feature);
  }
};
gather(css.types);

const sheet = (text) => {
  const used = [], rules = css["at-rules"];
  const use = (name, ...features) => used.push([name, features.filter((feature) => feature?.__compat)]);
  csstree.walk(csstree.parse(text, {parseCustomProperty: true}), {
    enter(node) {
      const {name, type} = node, property = css.properties[this.declaration?.property];
      if (type === "Atrule") {
        if (name === "supports") return this.skip; // what stands in there is asked for first
        use(`@${name}`, rules[name]);
      }
      if (type === "Feature") use(`@media (${name})`, rules.media[name.replace(/^(min|max)-/, "")]);
      if (type === "Declaration") {
        use(node.property, css.properties[node.property], rules[this.atrule?.name]?.[node.property]);
      }
      if (/^Pseudo/.test(type)) use(`:${name}`, css.selectors[name]);
      if (type === "NestingSelector") use("&", css.selectors.nesting);
      if (type === "Identifier" && property) use(`${this.declaration.property}: ${name}`, property[name]);
      if (type === "Function") use(`${name}()`, ...[property?.[name] ?? types.get(name) ?? []].flat());
      if (type === "Dimension") use(`1${node.unit}`, css.types.length[node.unit]);
    },
  });
  return used;
};

for (const file of process.argv.slice(3)) {
  const used = new Map((file.endsWith(".css") ? sheet : script)(readFileSync(file, "utf-8")));
  for (const [name, features] of used) {
    if (!features.length) continue; // a name of the script's own
    const without = browsers.filter((browser) => !features.some((feature) => knows(feature, browser)));
    const told = without.map((browser) => browser.join(" ")).join(", ");
    if (told) console.log(`${file}: ${name} is not in ${told}`);
  }
}
