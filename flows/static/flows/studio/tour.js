// The tour (templates/flows/studio/tour.html) says one step after the other, and notices by itself what was done.
// It begins where a template was just picked, unless somebody left it in this browser; it never moves the cursor.

const LEFT = "callwright-tour-left"; // kept for good, in this browser
const DONE = "callwright-tour-done"; // kept while this window is open: which flow it is about, and the steps done

const tour = document.querySelector("[data-tour]");
const part = (name) => tour.querySelector(`[data-tour-${name}]`);
const said = document.querySelector("[data-tour-said]");
const take = document.querySelector("[data-tour-take]");

let done = new Set();
let isOn = false;
let drawing = JSON.parse(document.getElementById("studio-drawing").textContent); // the map as it is now
let choicesBefore = {}; // by menu: how many choices callers had when the tour began
let isHeard = false; // something was heard of the call that goes on

const steps = () => [...tour.querySelectorAll("[data-tour-step]")];
const current = () => steps().find((step) => !done.has(step.dataset.tourStep));
const title = (step) => step.querySelector("b").textContent;

// Storage may be forbidden; then the tour is only not remembered.
const remember = (storage, name, text) => {
  try {
    if (text) window[storage].setItem(name, text);
    else window[storage].removeItem(name);
  } catch {
    // nothing is lost but that
  }
};
const remembered = (storage, name) => {
  try {
    return window[storage].getItem(name);
  } catch {
    return null;
  }
};

const choices = () => {
  const menus = drawing?.steps.filter((step) => step.kind === "menu") ?? [];
  const counted = ({ key }) => drawing.exits.filter((exit) => exit.step === key && exit.look === "choice").length;
  return Object.fromEntries(menus.map((menu) => [menu.key, counted(menu)]));
};

// `last` is what was just done, "" for nothing.
const show = (last = "") => {
  const [at, all] = [current(), steps()];
  for (const step of all) {
    if (step === at) step.setAttribute("aria-current", "step");
    else step.removeAttribute("aria-current");
  }
  const place = at ? `${all.indexOf(at) + 1} of ${all.length}` : "";
  part("count").textContent = place && `· ${place}`;
  part("last").textContent = last && `✓ ${last}`;
  part("skip").hidden = !at || at === all.at(-1);
  part("end").hidden = Boolean(at);
  part("leave").textContent = at ? "Leave the tour" : "Close the tour";
  tour.hidden = false;
  document.body.dataset.tourAt = at?.dataset.tourStep ?? "";
  said.textContent = `${last && `Done: ${last}. `}${at ? `Tour, ${place}: ${at.textContent}` : part("end").textContent}`;
};

const keep = () => remember("sessionStorage", DONE, JSON.stringify({ path: location.pathname, done: [...done] }));

const end = () => {
  isOn = false;
  remember("localStorage", LEFT, "yes");
  remember("sessionStorage", DONE, "");
};

const finish = (name, isSkipped = false) => {
  const step = steps().find((each) => each.dataset.tourStep === name);
  if (!isOn || done.has(name) || !step) return;
  done.add(name);
  if (current()) keep();
  else end();
  show(isSkipped ? "" : title(step));
};

const begin = (before = []) => {
  if (!Object.keys(choices()).length) tour.querySelector("[data-tour-step=key]")?.remove();
  done = new Set(before);
  choicesBefore = choices();
  isOn = true;
  isHeard = false;
  keep();
  show();
};

const leave = () => {
  end();
  tour.hidden = true;
  document.body.dataset.tourAt = "";
  said.textContent = "The tour is closed. “Take the tour”, beside the map while no step is chosen, begins it again.";
  (take?.isConnected ? take : document.querySelector("[data-panel]")).focus({ preventScroll: true });
};

// --- What is noticed ---------------------------------------------------------------------------------------------------

const LISTENING = ["listen", "again", "own"]; // each is done by a call of which something was heard

document.addEventListener("callwright:call", (event) => {
  if (event.detail.kind === "answered") isHeard = false;
  isHeard ||= event.detail.kind === "entered";
});
document.addEventListener("callwright:call-over", () => {
  const name = current()?.dataset.tourStep;
  if (isHeard && LISTENING.includes(name)) finish(name);
  isHeard = false;
});
document.addEventListener("callwright:saved", (event) => event.detail.texts.length && finish("change"));
document.addEventListener("callwright:draft", (event) => {
  ({ drawing } = event.detail);
  const now = choices();
  if (Object.keys(choicesBefore).some((step) => now[step] > choicesBefore[step])) finish("key");
});
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-publish]")) finish("publish");
});

part("skip").addEventListener("click", () => finish(current().dataset.tourStep, true));
part("leave").addEventListener("click", leave);
if (take) take.hidden = false;
take?.addEventListener("click", () => {
  document.dispatchEvent(new CustomEvent("callwright:phone"));
  begin();
});
const under = JSON.parse(remembered("sessionStorage", DONE) || "null");
if (under?.path === location.pathname) begin(under.done);
else if (location.hash === "#phone" && !remembered("localStorage", LEFT)) begin();
