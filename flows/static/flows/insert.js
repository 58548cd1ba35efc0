// Answers beside texts that may say them (templates/flows/insert.html): the chosen one is put where the text cursor is.
// Without this file builders type them. "cw:shown" tells of selects that came later.
(() => {
  const entered = new WeakSet(); // where nobody put the cursor yet, it is at the end
  document.addEventListener("focusin", (event) => entered.add(event.target));

  const insert = (select) => {
    const box = document.getElementById(select.closest("[data-insert]").dataset.insert);
    if (!box || !select.value) {
      return;
    }
    const { value } = box;
    const [begin, end] = entered.has(box) ? [box.selectionStart, box.selectionEnd] : [value.length, value.length];
    const before = value.slice(0, begin);
    const after = value.slice(end);
    const lead = before && !/\s$/.test(before) ? " " : "";
    const tail = after && !/^[\s.,;:!?]/.test(after) ? " " : "";
    box.setRangeText(`${lead}${select.value}${tail}`, begin, end, "end");
    select.value = "";
    for (const kind of ["input", "change"]) {
      box.dispatchEvent(new Event(kind, { bubbles: true }));
    }
    box.focus();
  };

  const offer = (root) => root.querySelectorAll("[data-insert]").forEach((label) => (label.hidden = false));

  // chosen by mouse at once; by keyboard once it is confirmed, since arrows alone only look
  document.addEventListener("change", (event) => {
    const select = event.target.closest?.("[data-insert] select");
    if (select) {
      event.stopPropagation();
      if (!select.dataset.looking) {
        insert(select);
      }
    }
  }, true);
  document.addEventListener("keydown", (event) => {
    const select = event.target.closest?.("[data-insert] select");
    if (!select) {
      return;
    }
    if (event.key === "Enter") {
      event.preventDefault();
      delete select.dataset.looking;
      insert(select);
    } else {
      select.dataset.looking = "yes";
    }
  });
  document.addEventListener("pointerdown", (event) => {
    const select = event.target.closest?.("[data-insert] select");
    if (select) {
      delete select.dataset.looking;
    }
  });

  offer(document);
  document.addEventListener("cw:shown", (event) => offer(event.target));
})();
