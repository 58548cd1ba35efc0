// Play buttons beside texts that callers hear (templates/flows/hear.html). One sound at a time.
// A text that was typed just now, or that no voice has read yet, is sent to be rendered first.
// "cw:shown" tells of buttons that came later.
(() => {
  let stopOther = () => {};

  const token = () =>
    document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";

  const make = async (url, text) => {
    const answer = await fetch(url, {
      method: "POST",
      headers: { "X-CSRFToken": token() },
      body: new URLSearchParams({ text }),
    });
    if (answer.headers.get("Content-Type")?.startsWith("application/json")) {
      return answer.json();
    }
    return { sentence: "This text cannot be heard now. Load the page again, then try once more." };
  };

  const bind = (strip) => {
    const box = strip.dataset.box && document.getElementById(strip.dataset.box);
    const button = strip.querySelector(".cw-hear-button");
    const sign = strip.querySelector(".cw-hear-sign");
    const length = strip.querySelector(".cw-hear-length");
    const said = strip.querySelector(".cw-hear-said");
    const audio = strip.querySelector("audio") ?? strip.appendChild(document.createElement("audio"));
    let known = { text: strip.dataset.text, url: strip.dataset.hear, length: strip.dataset.length };

    const text = () => (box ? box.value.trim() : strip.dataset.text);
    const show = () => {
      const ready = known.url && known.text === text();
      length.textContent = ready ? known.length : "";
      button.hidden = !text() || !(ready || strip.dataset.make);
    };
    const stop = () => {
      audio.pause();
      sign.textContent = "▶";
      button.removeAttribute("aria-pressed");
    };

    const find = async () => {
      const wanted = text();
      if (known.url && known.text === wanted) return true;
      said.textContent = "";
      button.setAttribute("aria-busy", "true");
      length.textContent = "The voice reads it…";
      try {
        const answer = await make(strip.dataset.make, wanted);
        if (answer.url) known = { text: wanted, url: answer.url, length: answer.length };
        said.textContent = answer.sentence ?? "";
        return Boolean(answer.url);
      } catch {
        said.textContent = "The site could not be reached. Try again in a moment.";
        return false;
      } finally {
        button.removeAttribute("aria-busy");
        show();
      }
    };

    audio.controls = false;
    audio.addEventListener("ended", stop);
    audio.addEventListener("error", () => {
      stop();
      if (audio.getAttribute("src")) said.textContent = "This sound cannot be played. Load the page again.";
    });
    button.addEventListener("click", async () => {
      if (button.getAttribute("aria-busy")) return;
      if (!audio.paused) {
        stop();
        if (known.text === text()) return;
      }
      if (!(await find())) return;
      stopOther();
      stopOther = stop;
      if (audio.getAttribute("src") !== known.url) audio.src = known.url;
      audio.currentTime = 0;
      sign.textContent = "■";
      button.setAttribute("aria-pressed", "true");
      said.textContent = "";
      audio.play().catch(stop);
    });
    box?.addEventListener("input", () => {
      said.textContent = "";
      show();
    });
    show();
  };

  const bindAll = (root) => root.querySelectorAll("[data-hear]").forEach(bind);
  bindAll(document);
  document.addEventListener("cw:shown", (event) => bindAll(event.target));
})();
