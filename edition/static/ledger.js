/* The ledger's filter for browsers without :has(), as Firefox before 121; the others do it in CSS. */
if (!CSS.supports("selector(:has(*))")) for (const ledger of document.querySelectorAll(".ledger")) {
  const fields = [...ledger.querySelectorAll("input")], rows = ledger.querySelectorAll("[data-verdict]");
  const filter = () => {
    const unwanted = fields.filter(({checked}) => !checked).map(({value}) => value);
    for (const row of rows) {
      const {verdict, kind} = row.dataset;
      row.toggleAttribute("data-aside", unwanted.includes(verdict) || unwanted.includes(kind));
    }
  };
  ledger.addEventListener("change", filter);
  filter(); // a page that is loaded again keeps what was ticked
}
