"use strict";
// Sorting: a click on a column's head, or Enter on it; numbers as numbers, the rest as texts, nothing last.
for (const table of document.querySelectorAll("main table")) {
  const head = table.tHead && table.tHead.rows[0], body = table.tBodies[0];
  if (!head || !body || body.rows.length < 2) continue;
  const value = (row, place) => { const cell = row.cells[place]; return cell ? cell.dataset.v || cell.textContent.trim() : ""; };
  const number = text => { const read = Number(text.replace(/[,\s\u202f]/g, "")); return text === "" ? NaN : read; };
  const nothing = text => text === "" || text === "–";
  const sort = (cell, place) => {
    const up = cell.getAttribute("aria-sort") !== "ascending";
    for (const other of head.cells) other.removeAttribute("aria-sort");
    cell.setAttribute("aria-sort", up ? "ascending" : "descending");
    const gap = body.querySelector("tr.lync-gap");  // what says how many are left out stays last
    const rows = [...body.rows].filter(row => row !== gap).map((row, at) => ({ row, at, text: value(row, place) }));
    const told = rows.filter(each => !nothing(each.text));
    const numeric = told.length > 0 && told.every(each => !Number.isNaN(number(each.text)));
    rows.sort((one, other) => {
      if (nothing(one.text) !== nothing(other.text)) return nothing(one.text) ? 1 : -1;
      const order = numeric ? number(one.text) - number(other.text)
        : one.text.localeCompare(other.text, document.documentElement.lang, { numeric: true });
      return (up ? order : -order) || one.at - other.at;
    });
    for (const each of rows) body.append(each.row);
    if (gap) body.append(gap);
  };
  [...head.cells].forEach((cell, place) => {
    if (!cell.textContent.trim()) return;
    cell.classList.add("lync-sorts");
    cell.tabIndex = 0;
    cell.addEventListener("click", () => sort(cell, place));
    cell.addEventListener("keydown", event => {
      if (event.key === "Enter" || event.key === " ") { event.preventDefault(); sort(cell, place); }
    });
  });
}
