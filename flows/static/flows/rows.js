// Tables of inputs (see flows/rows.py): rows are added and removed without a round trip.
// Without this file the spare blank rows and the "Remove" boxes do the same. "cw:shown" tells of a table that came later.
(() => {
  const bind = (table) => {
    const add = table.querySelector(".cw-rows-add");
    const template = table.querySelector("template");
    let next = table.querySelectorAll(".cw-row").length;

    const offerRemoval = (row) => {
      const label = row.querySelector(".cw-remove");
      const box = label.querySelector("input");
      const button = document.createElement("button");
      button.type = "button";
      button.className = "cw-button cw-quiet cw-remove-row";
      button.textContent = "✕";
      button.setAttribute("aria-label", "Remove");
      button.title = "Remove";
      button.addEventListener("click", () => {
        box.checked = true;
        box.dispatchEvent(new Event("change", { bubbles: true }));
        row.hidden = true;
        add.focus();
      });
      label.hidden = true;
      label.after(button);
    };

    const spare = [...table.querySelectorAll("[data-spare]")];
    const filled = table.querySelectorAll(".cw-row").length - spare.length;
    spare.slice(filled ? 0 : 1).forEach((row) => row.remove());
    table.querySelectorAll(".cw-row").forEach(offerRemoval);

    add.hidden = false;
    add.addEventListener("click", () => {
      const row = template.content.firstElementChild.cloneNode(true);
      for (const input of row.querySelectorAll("[name]")) {
        input.name = input.name.replace("-NEW-", `-${next}-`);
      }
      next += 1;
      add.before(row);
      offerRemoval(row);
      row.querySelector(".cw-input").focus();
    });
  };

  const bindAll = (root) => root.querySelectorAll("[data-rows]").forEach(bind);
  bindAll(document);
  document.addEventListener("cw:shown", (event) => bindAll(event.target));
})();
