// The page of a publication that is under way: asks how far it is, and goes on by itself when it is over.
// Without this file the page loads itself again every few seconds.
(() => {
  const page = document.querySelector("[data-publication]");
  if (!page) return;
  const bar = page.querySelector("progress");
  const words = page.querySelector("[role=status]");
  const EVERY = 700; // milliseconds

  const look = async () => {
    try {
      const answer = await fetch(page.dataset.publication, { headers: { Accept: "application/json" } });
      if (!answer.ok || answer.redirected) return location.reload(); // signed out, or gone: the page itself says so
      const now = await answer.json();
      if (now.over) return location.reload();
      bar.max = Math.max(now.prompts, 1);
      bar.value = now.done;
      if (words.textContent !== now.words) words.textContent = now.words;
    } catch {
      words.textContent = "The site cannot be reached at the moment. Publishing goes on without this page.";
    }
    setTimeout(look, EVERY);
  };
  setTimeout(look, EVERY);
})();
