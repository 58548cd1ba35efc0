// Plays the recording of a call (templates/streams/recording.html): one button, a slider for the keyboard, a click into
// the waveform. Rows of the page with data-at, seconds of the call, show what is heard now. Without this file the
// browser's own controls do the playing.
(() => {
  const card = document.querySelector(".cw-recording[data-seconds]");
  const audio = card?.querySelector("audio");
  if (!audio) return;
  const offset = Number(card.dataset.offset);
  const seconds = Number(card.dataset.seconds);
  const button = card.querySelector(".cw-play");
  const seek = card.querySelector(".cw-seek");
  const slider = seek.querySelector("input");
  const clock = card.querySelector(".cw-clock");
  const wave = card.querySelector(".cw-wave");
  const marker = card.querySelector(".cw-wave-now");
  const trouble = card.querySelector(".cw-recording-said");
  const width = wave.querySelector("svg").viewBox.baseVal.width;
  let wanted = 0; // where to begin, before the sound is there

  const asClock = (at) => `${Math.floor(at / 60)}:${String(Math.floor(at % 60)).padStart(2, "0")}`;
  const rows = () =>
    [...document.querySelectorAll("[data-at]")].map((row) => [Number(row.dataset.at), row]);

  const follow = (at) => {
    const lists = new Map(); // each list of rows has one that is heard now
    for (const [second, row] of rows()) {
      row.classList.remove("cw-now");
      const known = lists.get(row.parentElement);
      if (second <= at && (!known || second >= known[0])) lists.set(row.parentElement, [second, row]);
    }
    for (const [, row] of lists.values()) row.classList.add("cw-now");
  };

  const show = (position) => {
    const at = offset + position;
    slider.value = position;
    slider.setAttribute("aria-valuetext", `${asClock(at)} of the call`);
    clock.textContent = `${asClock(at)} / ${asClock(offset + seconds)}`;
    const x = String((position / seconds) * width);
    marker.setAttribute("x1", x);
    marker.setAttribute("x2", x);
    marker.removeAttribute("hidden");
    follow(at);
  };

  const go = (position) => {
    wanted = Math.min(Math.max(position, 0), Math.max(seconds - 0.1, 0));
    if (audio.readyState) audio.currentTime = wanted;
    show(wanted);
  };

  const press = () => {
    trouble.hidden = true;
    if (!audio.paused) return audio.pause();
    return audio.play().catch((error) => {
      if (error.name === "AbortError") return;
      trouble.textContent = "The recording cannot be heard now. Load the page again, then try once more.";
      trouble.hidden = false;
    });
  };

  const state = () => {
    button.firstElementChild.textContent = audio.paused ? "▶" : "❚❚";
    button.querySelector(".cw-play-word").textContent = audio.paused ? "Play" : "Pause";
  };

  audio.controls = false;
  audio.hidden = true;
  for (const each of [button, seek, clock]) each.hidden = false;
  wave.dataset.maySeek = "";
  clock.textContent = `${asClock(offset)} / ${asClock(offset + seconds)}`;
  button.addEventListener("click", press);
  slider.addEventListener("input", () => go(Number(slider.value)));
  wave.addEventListener("click", (event) => {
    const box = wave.getBoundingClientRect();
    go(((event.clientX - box.left) / box.width) * seconds);
  });
  audio.addEventListener("loadedmetadata", () => {
    if (wanted) audio.currentTime = wanted;
  });
  audio.addEventListener("timeupdate", () => {
    wanted = audio.currentTime;
    show(audio.currentTime);
  });
  audio.addEventListener("play", () => {
    card.querySelector(".cw-plays summary").textContent = "Who listened: you, now";
  });
  for (const kind of ["play", "pause", "ended"]) audio.addEventListener(kind, state);
})();
