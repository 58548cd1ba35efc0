// The frame of strict pages (templates/flows/shell.html): light or dark as chosen in the admin, and the sidebar on narrow screens.
// Loaded in the head, so that no page flashes in the wrong colours.
(() => {
  const chosen = () => {
    try {
      return JSON.parse(localStorage.getItem("adminTheme") ?? '"auto"');
    } catch {
      return "auto";
    }
  };
  const show = (theme) => {
    const dark = theme === "dark" || (theme === "auto" && matchMedia("(prefers-color-scheme: dark)").matches);
    document.documentElement.classList.toggle("dark", dark);
    return dark;
  };
  show(chosen());
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => show(chosen()));

  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-side-opener]");
    if (opener) opener.setAttribute("aria-expanded", String(document.body.classList.toggle("cw-side-open")));
    if (!event.target.closest("[data-theme-switch]")) return;
    const other = document.documentElement.classList.contains("dark") ? "light" : "dark";
    localStorage.setItem("adminTheme", JSON.stringify(other));
    show(other);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !document.body.classList.contains("cw-side-open")) return;
    document.body.classList.remove("cw-side-open");
    const opener = document.querySelector("[data-side-opener]");
    opener?.setAttribute("aria-expanded", "false");
    opener?.focus();
  });
})();
