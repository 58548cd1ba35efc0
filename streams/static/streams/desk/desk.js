// The operations desk (templates/streams/desk/page.html): what the socket tells, on the page. Further scripts hear of the open call
// by `callwright:desk` on the document (its row, or null).
import { Acts } from "./acts.js";
import { Calls } from "./calls.js";
import { Line } from "./line.js";
import { Listening } from "./listening.js";
import { Opened } from "./opened.js";
import { ago, made } from "./words.js";

const page = document.querySelector("[data-desk]");
const part = (name) => document.querySelector(`[data-desk-${name}]`);
const STATES = {
  connecting: ["Connecting", ""],
  live: ["Live", "cw-good"],
  lost: ["Connection lost, trying again", "cw-bad"],
  "signed-out": ["You are signed out, or may not watch calls any more. Sign in, then load this page again.", "cw-bad"],
};

const opened = new Opened();
const calls = new Calls(part("calls"), { opened: (pk) => open(pk) });
const line = new Line("/desk/", { message: (said) => HEARD[said.kind]?.(said), state: (name) => isIn(name) });
const acts = new Acts((what) => line.send(what));
const listening = new Listening((then) => acts.ask("write", then));

const openRow = () => {
  const row = opened.pk === null ? null : calls.get(opened.pk);
  return row && { ...row, whyUnheard: opened.whyUnheard };
};

const left = new Set(); // calls that left the list, and stay on the page while they are open

const forget = () => {
  calls.take([], [...left].filter((pk) => pk !== opened.pk));
  for (const pk of [...left]) if (pk !== opened.pk) left.delete(pk);
  count();
};

const tellOthers = () => document.dispatchEvent(new CustomEvent("callwright:desk", { detail: openRow() ?? null }));

const open = (pk) => {
  opened.begin(pk);
  forget();
  page.classList.add("cw-desk-in");
  calls.mark(pk);
  history.replaceState(null, "", `#call-${pk}`);
  line.send({ open: pk });
  showOpened();
  part("opened").focus({ preventScroll: true });
};

const close = () => {
  const { pk } = opened;
  if (pk === null) return;
  opened.end();
  page.classList.remove("cw-desk-in");
  calls.mark(null);
  history.replaceState(null, "", location.pathname);
  line.send({ open: null });
  forget();
  tellOthers();
  calls.focus(pk);
};

const showOpened = () => {
  const row = openRow();
  if (row) opened.row(row, calls.seconds(row));
  tellOthers();
};

const count = () => {
  const number = calls.count;
  const most = Number(page.dataset.most);
  part("count").textContent = number ? `${number} call${number === 1 ? "" : "s"}${number < most ? "" : ", those that last longest; later ones follow as these end"}` : "";
  part("empty").hidden = calls.rows.size > 0;
};

const say = (words) => {
  part("said").textContent = words;
};

// A call that is not in the list any more stays open as it was, until somebody closes it.
const take = (rows, gone = []) => {
  const came = rows.filter((row) => !calls.get(row.pk) && !row.over);
  const ended = rows.filter((row) => row.over && calls.get(row.pk) && !calls.get(row.pk).over);
  for (const { pk } of rows) left.delete(pk);
  for (const pk of gone) left.add(pk);
  calls.take(rows, []);
  forget();
  if (ended.length) say(`A call is over: ${ended[0].outcome || ended[0].flow}.`);
  else if (came.length) say(came.length === 1 ? `A call came in: ${came[0].flow}.` : `${came.length} calls came in.`);
  showOpened();
};

// What is switched for whole lines, by whomever: nobody should forget it.
const switched = (sentences) => {
  const box = part("switched");
  const shown = [...box.children].map((each) => each.textContent);
  if (JSON.stringify(shown) !== JSON.stringify(sentences)) box.replaceChildren(...sentences.map((words) => made("span", "cw-pill cw-bad", words)));
};

const HEARD = {
  whole: ({ calls: rows, switched: sentences }) => {
    part("trouble").hidden = true;
    switched(sentences);
    const kept = calls.get(opened.pk);
    const isGone = kept && !rows.some(({ pk }) => pk === kept.pk);
    left.clear();
    if (isGone) left.add(kept.pk);
    calls.whole(isGone ? [...rows, { ...kept, over: true }] : rows);
    calls.mark(opened.pk);
    count();
    if (opened.pk !== null && line.state !== "live") line.send({ open: opened.pk });
    showOpened();
    const asked = /^#call-(\d+)$/.exec(location.hash);
    if (opened.pk === null && asked && calls.get(Number(asked[1]))) open(Number(asked[1]));
  },
  calls: ({ calls: rows, gone }) => {
    part("trouble").hidden = true;
    take(rows, gone);
  },
  opened: (said) => {
    if (said.call !== opened.pk) return;
    if (!said.missing) {
      opened.whole(said);
      tellOthers();
    } else {
      close();
      say("This call is not there any more.");
    }
  },
  said: (said) => {
    if (said.call !== opened.pk) return;
    opened.say(said);
    tellOthers();
  },
  interim: (said) => said.call === opened.pk && opened.interim(said),
  switched: ({ switched: sentences }) => switched(sentences),
  trouble: ({ sentence }) => {
    part("trouble").textContent = sentence;
    part("trouble").hidden = false;
  },
  act_done: (said) => acts.came(said),
  act_failed: (said) => acts.came(said),
};

const isIn = (state) => {
  const [words, look] = STATES[state];
  part("state").textContent = words;
  part("state").className = `cw-pill ${look}`;
  part("line").dataset.deskLine = state;
  page.classList.toggle("cw-desk-stale", state !== "live");
  if (state !== "live") acts.lost();
  age();
};

// Nothing that is old passes for new: while the line is lost nothing ticks, and the page says how old it is.
const age = () => {
  const isOld = line.state === "lost" || line.state === "signed-out";
  part("age").textContent = isOld && line.heardAt ? `showing how it was ${ago(line.age)}` : "";
};

setInterval(() => {
  if (line.state !== "live") {
    age();
    return;
  }
  calls.tick();
  const row = openRow();
  if (row) opened.tick(calls.seconds(row));
}, 1000);

document.addEventListener("click", (event) => event.target.closest("[data-desk-close]") && close());
document.addEventListener("keydown", (event) => {
  if (event.key === "ArrowDown" && document.activeElement === document.body) {
    event.preventDefault();
    calls.enter();
  }
  if (event.key === "Escape" && !event.defaultPrevented && !document.querySelector("dialog[open]")) close();
});
addEventListener("online", () => line.retry());
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && line.retry());
window.callwrightDesk = { line, get peak() { return listening.peak; } }; // for whoever watches the page, and its loudspeaker
line.open();
