/* The ledger's filter for browsers without :has(), as Firefox before 121; the others do it in CSS. */
const ledger = () => {
  for (const table of document.querySelectorAll(".ledger")) {
    const fields = [...table.querySelectorAll("input")], rows = table.querySelectorAll("[data-verdict]");
    const filter = () => {
      const unwanted = fields.filter(({checked}) => !checked).map(({value}) => value);
      for (const row of rows) {
        const {verdict, type} = row.dataset;
        row.toggleAttribute("data-aside", unwanted.includes(verdict) || unwanted.includes(type));
      }
    };
    table.addEventListener("change", filter);
    filter(); // a page that is loaded again keeps what was ticked
  }
};
document.readyState === "loading" ? addEventListener("DOMContentLoaded", ledger) : ledger();
