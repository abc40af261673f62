// The interactive table: unpacks the library and the rows, builds the table beside the still one, and takes its place.
// All text from elsewhere becomes text nodes, or is escaped where DataTables wants HTML (its search wants it too: it
// reads what holds an ampersand back through innerHTML). Where anything fails, the still table stays, with a word on it.
async (id, packedContent, packedLibrary, version) => {
  const unpack = async packed => {
    const bytes = Uint8Array.from(atob(packed), letter => letter.charCodeAt(0));
    return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).text();
  };
  const load = async () => {
    const url = URL.createObjectURL(new Blob([await unpack(packedLibrary)], { type: "text/javascript" }));
    try { return await import(url); } finally { URL.revokeObjectURL(url); }
  };
  const escaped = text => text.replace(/[&<>"']/g, sign => `&#${sign.charCodeAt(0)};`);
  const element = (name, className, text = "") => {
    const made = document.createElement(name);
    made.className = className;
    made.textContent = text;
    return made;
  };
  const parts = cell => Array.isArray(cell) ? cell : [cell, null, ""];
  const column = (content, place) => ({
    cellType: place ? "td" : "th",
    className: content.numeric[place] ? "lync-n" : "",
    data: place,
    type: content.keyed[place] ? "num" : "string",
    render: (cell, purpose) => {
      const [text, key] = parts(cell);
      if (content.keyed[place] && (purpose === "sort" || purpose === "type")) return key ?? -Infinity;
      if (text === null) return purpose === "display" ? "–" : "";
      return purpose === "sort" || purpose === "type" ? text : escaped(text);
    },
    createdCell: (made, _shown, row) => {
      const [text, , className] = parts(row[place]);
      if (text === null) made.classList.add("lync-z");
      if (className) made.classList.add(className);
      if (text !== null && text.length > 30) made.title = text;
      if (place) made.dir = "auto"; else made.scope = "row";
    },
  });
  const build = (place, content, { jQuery }) => {
    const live = element("div", "lync-live");
    const head = element("div", "lync-head");
    head.append(element("b", "", content.title), element("span", "lync-type", content.type));
    const table = element("table", "lync-table");
    const names = table.createTHead().insertRow();
    for (const [index, name] of content.names.entries()) {
      const cell = element("th", content.numeric[index] ? "lync-n" : "", name);
      cell.scope = "col";
      names.append(cell);
    }
    live.append(head, ...content.notes.map(note => element("div", "lync-foot", note)), table);
    place.append(live);
    jQuery.fn.dataTable.ext.errMode = "throw";
    jQuery(table).DataTable({
      autoWidth: false,
      columns: content.names.map((_, index) => column(content, index)),
      data: content.rows,
      language: {
        info: "_START_ to _END_ of _TOTAL_",
        infoEmpty: "",
        infoFiltered: "found in _MAX_",
        lengthMenu: "_MENU_ on a page",
        zeroRecords: "Nothing matches.",
      },
      lengthMenu: [10, 20, 50, 100],
      order: [],
      pageLength: 20,
    });
    live.addEventListener("keydown", event => {
      const sorter = event.key === " " && event.target.closest(".dt-column-order");
      if (!sorter) return;
      event.preventDefault();
      sorter.click();
    });
    place.querySelector(".lync-still").hidden = true;
  };
  for (const place of document.querySelectorAll(`[data-lync-show="${id}"]:not([data-lync-begun])`)) {
    place.dataset.lyncBegun = "true";
    try {
      const libraries = window.lyncMagicTables ??= {};
      libraries[version] ??= load();
      libraries[version].catch(() => { delete libraries[version]; });
      const content = JSON.parse(await unpack(packedContent));
      build(place, content, await libraries[version]);
    } catch (error) {
      place.querySelector(".lync-live")?.remove();
      place.append(element("div", "lync-foot", `The interactive table could not start here: ${error}`));
    }
  }
}
