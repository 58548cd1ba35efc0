// A long form that came back: the first field to mend is brought into view, and takes the keyboard.
(() => {
  const wrong = document.querySelector("form [aria-invalid=true], .cw-row-wrong .cw-input");
  if (!wrong) return;
  wrong.scrollIntoView({ block: "center" });
  wrong.focus({ preventScroll: true });
  wrong.select?.();
})();
