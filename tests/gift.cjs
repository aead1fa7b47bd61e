// What a parser of GIFT makes of the files that are named, as JSON.
const fs = require("fs");
const { parse } = require("gift-pegjs");
console.log(JSON.stringify(process.argv.slice(2).map((path) => parse(fs.readFileSync(path, "utf8")))));
