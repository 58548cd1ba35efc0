// The morning page: what a cell or point tells stands below its drawing, and arrow keys go from one to the next.
// Without this each of them is a link with a title, and every drawing has its table.

for (const chart of document.querySelectorAll("[data-reads]")) {
  const readout = chart.querySelector("[data-readout]");
  const usual = readout.textContent;
  const cells = [...chart.querySelectorAll("[data-told]")];
  const tell = (event) => {
    const told = event.target.closest("[data-told]")?.dataset.told;
    readout.textContent = told ?? usual;
  };
  chart.addEventListener("pointerover", tell);
  chart.addEventListener("focusin", tell);
  for (const gone of ["pointerleave", "focusout"]) {
    chart.addEventListener(gone, () => {
      readout.textContent = usual;
    });
  }

  // One stop for Tab in each drawing; arrows walk through it.
  const stop = (cell) => {
    for (const each of cells) each.setAttribute("tabindex", each === cell ? "0" : "-1");
  };
  if (cells.length) stop(cells[0]);
  const middle = (cell) => {
    const { x, y, width, height } = cell.lastElementChild.getBBox();
    return { x: x + width / 2, y: y + height / 2 };
  };
  // The nearest cell that way; of those on the same row or column before all others.
  const nearest = (from, dx, dy) => {
    const here = middle(from);
    const far = (cell) => {
      const there = middle(cell);
      const along = (there.x - here.x) * dx + (there.y - here.y) * dy;
      const aside = Math.abs((there.x - here.x) * dy) + Math.abs((there.y - here.y) * dx);
      return along < 1 ? Infinity : along + 4 * aside;
    };
    const best = cells.reduce((least, cell) => (far(cell) < far(least) ? cell : least), from);
    return best === from ? null : best;
  };
  const ways = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  chart.addEventListener("keydown", (event) => {
    const from = event.target.closest("[data-told]");
    const to = from && ways[event.key] && nearest(from, ...ways[event.key]);
    if (from && ways[event.key]) event.preventDefault();
    if (!to) return;
    stop(to);
    to.focus();
  });
}

// One definition is open at a time; Escape and a click elsewhere close it.
const open = () => document.querySelectorAll(".cw-means[open]");
document.addEventListener("toggle", (event) => {
  if (!event.target.matches?.(".cw-means[open]")) return;
  for (const each of open()) if (each !== event.target) each.open = false;
}, true);
document.addEventListener("click", (event) => {
  for (const each of open()) if (!each.contains(event.target)) each.open = false;
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const each of open()) {
    each.open = false;
    each.querySelector("summary").focus();
  }
});

// On paper the tables behind the drawings are not unfolded, but the ways by which callers left are.
addEventListener("beforeprint", () => {
  for (const each of document.querySelectorAll(".cw-went details")) each.open = true;
});
document.documentElement.dataset.ready = "true";
