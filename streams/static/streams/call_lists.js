// The page of a list that runs: how far it is and its people, anew every few seconds. What somebody is at stays as it is.
(() => {
  const EVERY = 8000; // milliseconds
  const parts = () => [...document.querySelectorAll("[data-lives]")];

  const look = async () => {
    if (document.hidden) return;
    let page;
    try {
      const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
      if (!answer.ok || answer.redirected) return location.reload(); // signed out, or gone: the page itself says so
      page = new DOMParser().parseFromString(await answer.text(), "text/html");
    } catch {
      return; // the next look may get through
    }
    for (const part of parts()) {
      const now = page.getElementById(part.id);
      if (!now || now.innerHTML === part.innerHTML || part.contains(document.activeElement)) continue;
      if (getSelection().toString() && part.contains(getSelection().anchorNode)) continue;
      part.replaceChildren(...now.childNodes);
    }
    if (!page.querySelector("[data-lives]")) clearInterval(clock);
  };
  const clock = setInterval(look, EVERY);
})();
