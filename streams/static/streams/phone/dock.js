// The phone on the page (templates/streams/phone.html): keypad, transcript, and what is known of the call.
import { Call } from "./call.js";

const LOOK_EVERY = 350; // milliseconds between looks at the call's story

const dock = document.querySelector("[data-phone]");
const part = (name) => dock.querySelector(`[data-phone-${name}]`);
const token = () => document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";

const post = async (url, fields) => {
  const answer = await fetch(url, { method: "POST", body: new URLSearchParams(fields), headers: { "X-CSRFToken": token() } });
  if (!answer.headers.get("Content-Type")?.startsWith("application/json")) {
    throw new Error(`${answer.status}`);
  }
  return { ...(await answer.json()), status: answer.status };
};

let call = null;
let last = -1;
let timer = 0;
let beat = 0;
let shown = [];
let waitsUntil = 0; // on the page's clock

const state = (text) => {
  part("state").textContent = text;
};
const clock = (seconds) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;

const line = (row) => {
  const item = document.createElement("li");
  item.className = `cw-said-${row.side}`;
  const at = document.createElement("time");
  at.textContent = clock(row.at);
  const text = document.createElement("span");
  text.textContent = row.side === "call" || row.side === "caller" || row.side === "agent" ? `${row.who} ${row.text}` : row.text;
  item.append(at, text);
  if (row.note) {
    const note = document.createElement("small");
    note.textContent = ` · ${row.note}`;
    text.append(note);
  }
  return item;
};

// Only what is new is drawn, so that a screen reader says it once.
const tell = (rows) => {
  const list = part("story");
  const atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 40;
  rows.forEach((row, place) => {
    const told = JSON.stringify(row);
    if (told === shown[place]) return;
    if (place < shown.length) list.children[place].replaceWith(line(row));
    else list.append(line(row));
    shown[place] = told;
  });
  if (atEnd) list.scrollTop = list.scrollHeight;
};

const show = (story) => {
  tell(story.rows);
  for (const move of story.moves) document.dispatchEvent(new CustomEvent("callwright:call", { detail: move }));
  last = story.last;
  waitsUntil = story.waits_until === null ? 0 : performance.now() + (story.waits_until - story.seconds) * 1000;
  part("figures").textContent = `${clock(story.seconds)} · about ${(Number(story.cost) * 100).toFixed(2)} ¢ so far`;
};

// What changes between two looks: how long the line still waits, and how loud the caller is.
const pulse = () => {
  const left = Math.ceil((waitsUntil - performance.now()) / 1000);
  part("waits").textContent = waitsUntil && left >= 0 && call && !call.isOver ? `The line waits for the caller · ${left} s left` : "";
  if (call) part("level").value = call.audio.isMuted ? 0 : call.audio.level;
};

const look = async () => {
  if (!call) return;
  const mine = call;
  try {
    const answer = await fetch(`${mine.about.events}?after=${last}`);
    if (answer.ok && mine === call) show(await answer.json());
  } catch {
    // the next look tells
  }
};

const follow = () => {
  clearTimeout(timer);
  timer = setTimeout(async () => {
    await look();
    if (call && !call.isOver) follow();
  }, LOOK_EVERY);
};

const isCalling = (on) => {
  dock.classList.toggle("cw-calling", on);
  part("call").hidden = on;
  part("hang-up").hidden = !on;
  part("settings").inert = on;
  part("microphone").hidden = !on;
  for (const control of dock.querySelectorAll("[data-phone-key], [data-phone-say] input, [data-phone-say] button")) control.disabled = !on;
};

const ask = (page) => {
  const box = part("ask");
  box.replaceChildren();
  const offer = (text, fields) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "cw-button";
    button.textContent = text;
    button.addEventListener("click", () => {
      box.replaceChildren();
      call?.tell(fields);
    });
    box.append(button);
  };
  if (page.do === "dial") {
    state(`It rings at ${page.to || "the number"}. What happens there?`);
    offer("They answer", { dial: "completed", talked: 20 });
    offer("It is busy", { dial: "busy" });
    offer("Nobody answers", { dial: "no-answer" });
    box.querySelector("button").focus();
  } else if (page.do === "record") {
    state("After the tone the caller may leave a message.");
    offer("Leave a message of 12 seconds", { recorded: 12 });
    offer("Say nothing", { recorded: 0 });
    box.querySelector("button").focus();
  } else if (page.do === "stream") {
    state("Calling.");
  }
};

const begin = async () => {
  call = null; // what is still told of the last call is of no interest now
  part("call").disabled = true;
  part("keep").hidden = true;
  shown = [];
  waitsUntil = 0;
  last = -1;
  part("story").replaceChildren();
  part("figures").textContent = "";
  const settings = Object.fromEntries(new FormData(part("settings")));
  try {
    const waits = []; // whoever edits what is called stores it first
    document.dispatchEvent(new CustomEvent("callwright:before-call", { detail: waits }));
    await Promise.all(waits);
    let about;
    for (;;) {
      about = await post(dock.dataset.start, settings);
      if (about.status !== 202) break;
      const { done, of, seconds_left: left } = about.preparing;
      state(`The voice reads the prompts first: ${done} of ${of}${left ? `, about ${left} s` : ""}.`);
    }
    if (about.sentences) {
      state(about.sentences.join(" "));
      return;
    }
    part("title").textContent = about.title;
    part("page").href = about.call_page;
    part("page").hidden = false;
    document.dispatchEvent(new CustomEvent("callwright:call", { detail: { kind: "answered" } }));
    call = new Call(about, post, { page: ask, trouble: state, over });
    isCalling(true);
    const why = await call.begin(Boolean(settings.microphone));
    const speaks = Boolean(settings.microphone) && !why;
    part("microphone").hidden = !speaks;
    mute(false);
    if (why) state(`Calling. ${why}, so the caller is a quiet room: type what they say.`);
    beat = setInterval(pulse, 100);
    follow();
    part("key").focus();
  } catch {
    state("The site could not be reached. Try again in a moment.");
    isCalling(false);
  } finally {
    part("call").disabled = false;
  }
};

const mute = (on) => {
  if (call) call.audio.isMuted = on;
  part("mute").setAttribute("aria-pressed", String(on));
  part("mute").textContent = on ? "Unmute" : "Mute";
};

const putAway = async () => {
  await call?.hangUp();
  dock.hidden = true;
  document.querySelector("[data-phone-open]")?.focus();
};

const over = async (why) => {
  isCalling(false);
  clearInterval(beat);
  part("waits").textContent = "";
  part("ask").replaceChildren();
  state(`The call is over${why ? `: ${why}` : "."}`);
  document.dispatchEvent(new CustomEvent("callwright:call-over"));
  await look();
  part("keep").action = call.about.keep;
  part("keep").hidden = !call.about.keep;
  part("call").focus();
};

dock?.addEventListener("click", (event) => {
  const key = event.target.closest("[data-phone-key]");
  if (key) call?.press(key.value);
  else if (event.target.closest("[data-phone-call]")) begin();
  else if (event.target.closest("[data-phone-hang-up]")) call?.hangUp();
  else if (event.target.closest("[data-phone-close]")) putAway();
  else if (event.target.closest("[data-phone-mute]")) mute(!call?.audio.isMuted);
});
dock?.addEventListener("submit", (event) => {
  if (event.target.matches("[data-phone-keep]")) return; // leads to the page of the test
  event.preventDefault();
  if (!event.target.matches("[data-phone-say]")) return;
  const { text } = event.target.elements;
  if (text.value.trim()) call?.say(text.value.trim());
  text.value = "";
});
// Digits that are typed anywhere on the phone, but not into its boxes, press keys.
dock?.addEventListener("keydown", (event) => {
  if (!event.target.matches("input, select") && /^[0-9*#]$/.test(event.key) && call && !call.isOver) {
    event.preventDefault();
    call.press(event.key);
    const key = dock.querySelector(`[data-phone-key][value="${event.key}"]`);
    key.classList.add("cw-pressed");
    setTimeout(() => key.classList.remove("cw-pressed"), 150);
  }
});
const lieReady = () => {
  dock.hidden = false;
  dock.scrollIntoView({ block: "nearest" });
};
document.addEventListener("click", (event) => {
  if (!dock || !event.target.closest("[data-phone-open]")) return;
  event.preventDefault();
  lieReady();
  if (!call || call.isOver) begin();
});
document.addEventListener("callwright:phone", () => dock && lieReady());
addEventListener("pagehide", () => call?.hangUp());
if (dock) {
  isCalling(false);
  if (location.hash === "#phone") lieReady();
  window.callwrightPhone = { get peak() { return call?.audio.peak ?? 0; } }; // for whoever watches the loudspeaker
}
