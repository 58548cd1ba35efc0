// The button that copies a new link. Without a clipboard it stays hidden: the address can be marked and copied.
const button = document.querySelector("[data-copy]");
const field = button && document.getElementById(button.dataset.copy);

if (field && navigator.clipboard) {
  button.hidden = false;
  field.addEventListener("focus", () => field.select());
  button.addEventListener("click", async () => {
    const said = document.querySelector("[data-copied]");
    try {
      await navigator.clipboard.writeText(field.value);
      said.textContent = "Copied.";
    } catch {
      field.select();
      said.textContent = "It could not be copied; it is marked, so copy it by hand.";
    }
  });
}
