// Asks Lighthouse about one address after another, with the browser at a port: `lighthouse.cjs PORT ADDRESS…`.
// Prints a line of JSON for each: its scores, and the audits that cost it some of them.
const [port, ...addresses] = process.argv.slice(2);
const flags = {port, logLevel: "silent", disableFullPageScreenshot: true, onlyCategories: ["performance", "accessibility", "best-practices", "seo"]};

const scores = ({categories}) => Object.fromEntries(Object.values(categories).map(({id, score}) => [id, Math.round(score * 100)]));

const faults = ({categories, audits}) => Object.values(categories).flatMap(({auditRefs}) => auditRefs)
  .filter(({id, weight}) => weight && audits[id].score !== null && audits[id].score < 0.9)
  .map(({id}) => `${id}: ${audits[id].displayValue || audits[id].title} ${(audits[id].details?.items ?? []).map((item) => item.node?.snippet ?? item.description ?? "").join(" ")}`);

(async () => {
  const {default: lighthouse} = await import(require.resolve("lighthouse"));
  for (const address of addresses) {
    const {lhr} = await lighthouse(address, flags);
    console.log(JSON.stringify({scores: scores(lhr), faults: lhr.runtimeError ? [lhr.runtimeError.message] : faults(lhr)}));
  }
})();
