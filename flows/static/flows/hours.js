// Opening hours: what was typed is sent when a field is left, and what it comes to is drawn again; nothing is stored.
// The buttons that change rows do the same. Without this file they send the form, and the page comes back changed.
const form = document.getElementById("openinghours_form");
let latest = 0;
let changed = Boolean(document.querySelector("#saved > *"));

// The page as it would be after this act; null when it could not be had, undefined when something newer was asked.
const ask = async (act) => {
  const mine = (latest += 1);
  const body = new FormData(form);
  body.set("_do", act);
  try {
    const answer = await fetch(form.action, { method: "POST", body });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (mine !== latest) return undefined;
    return answer.ok && page.getElementById(form.id) ? page : null;
  } catch {
    return null;
  }
};

const draw = (page) => {
  for (const old of document.querySelectorAll("[data-shown]")) {
    const fresh = page.getElementById(old.id);
    if (fresh && fresh.innerHTML !== old.innerHTML) old.innerHTML = fresh.innerHTML;
  }
  for (const input of form.querySelectorAll("[name]")) {
    const fresh = page.querySelector(`[name="${CSS.escape(input.name)}"]`);
    input.toggleAttribute("aria-invalid", false);
    if (fresh?.getAttribute("aria-invalid")) input.setAttribute("aria-invalid", "true");
  }
};

const drawRows = (page) => {
  const fresh = page.querySelectorAll("[data-rows]");
  document.querySelectorAll("[data-rows]").forEach((rows, index) => rows.replaceChildren(...fresh[index].childNodes));
};

// Where the keyboard goes on after rows were changed: the new row, or what is left of the day.
const focusAfter = (act) => {
  const [name, day] = act.split(":");
  const places = {
    add: () => [...form.querySelectorAll(`[name^="day-${day}-"][name$="-opens"]`)].at(-1),
    drop: () => form.querySelector(`[name^="day-${day}-"]`),
    "add-holiday": () => [...form.querySelectorAll('[name^="holiday-"][name$="-name"]')].at(-1),
    "drop-holiday": () => form.querySelector('[value="add-holiday"]'),
  };
  (places[name] ?? (() => form.querySelector(`[name="_do"][value="${CSS.escape(act)}"]`)))()?.focus();
};

const check = async () => {
  const page = await ask("check");
  if (page) draw(page);
};

// A row is looked at when it is left, not between its two times.
const rowOf = (element) => element?.closest?.(".cw-day-row, .cw-holiday") ?? null;
let waits = false;

form.addEventListener("change", (event) => {
  if (!event.target.name?.startsWith("ask_")) changed = true;
  if (rowOf(event.target)) waits = true;
  else check();
});
form.addEventListener("focusout", (event) => {
  if (!waits || (event.relatedTarget?.matches("input, select") && rowOf(event.relatedTarget) === rowOf(event.target))) return;
  waits = false;
  check();
});

form.addEventListener("click", async (event) => {
  const button = event.target.closest('button[name="_do"]');
  if (!button || "plain" in button.dataset) return;
  event.preventDefault();
  const act = button.value;
  const page = await ask(act);
  if (page === null) {
    button.dataset.plain = "";
    form.requestSubmit(button); // as without this file: the browser says what is wrong
  }
  if (!page) return;
  changed ||= act !== "check";
  draw(page);
  if (act === "check") return;
  drawRows(page);
  focusAfter(act);
});

form.addEventListener("submit", () => {
  changed = false;
});
addEventListener("beforeunload", (event) => {
  if (changed) event.preventDefault();
});
