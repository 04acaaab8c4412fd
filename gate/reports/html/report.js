// Searches and sorts the table of all promises. Without it the page lacks nothing but these two.
(() => {
  "use strict";
  const table = document.querySelector(".all table");
  if (!table) return;
  const body = table.tBodies[0];
  const rows = [...body.rows];
  const field = document.getElementById("find");
  const found = document.getElementById("found");
  const texts = rows.map((row) => row.textContent.toLowerCase());

  const search = () => {
    const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    rows.forEach((row, i) => {
      row.hidden = !words.every((word) => texts[i].includes(word));
    });
    const shown = rows.filter((row) => row.getClientRects().length).length;
    found.textContent = `${shown} of ${rows.length} shown`;
  };
  field.closest("p").hidden = false;
  field.addEventListener("input", search);
  document.querySelectorAll('.all input[name="show"]').forEach((one) =>
    one.addEventListener("change", search));

  const name = (row) => row.querySelector(".name").textContent;
  const orders = {
    name: (a, b) => (name(a) < name(b) ? -1 : 1),
    worse: (a, b) => b.dataset.worse - a.dataset.worse,
  };
  table.querySelectorAll("th[data-sort]").forEach((head) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const next = { ascending: "descending", descending: "none" }[head.ariaSort] || "ascending";
      table.querySelectorAll("th[data-sort]").forEach((other) => { other.ariaSort = "none"; });
      head.ariaSort = next;
      const sorted = [...rows];
      if (next !== "none") sorted.sort(orders[head.dataset.sort]);
      if (next === "descending") sorted.reverse();
      body.append(...sorted);
    });
  });
})();
