// How figures and marks are said on the desk. Pure, but for making elements.

export const clock = (seconds) => {
  const whole = Math.max(0, Math.floor(seconds));
  const [minutes, rest] = [Math.floor(whole / 60), String(whole % 60).padStart(2, "0")];
  return minutes < 60 ? `${minutes}:${rest}` : `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, "0")}:${rest}`;
};

/** How long ago something was, roughly enough to be read. */
export const ago = (seconds) => (seconds < 90 ? `${Math.round(seconds)} s ago` : `${Math.round(seconds / 60)} min ago`);

export const made = (name, className = "", ...children) => {
  const element = document.createElement(name);
  if (className) element.className = className;
  element.append(...children);
  return element;
};

/** A number; of a masked one the dots are only looked at. */
export const numbered = (number) => {
  const [, dots, rest] = /^(•*)(.*)$/.exec(number);
  const mark = made("span", "", dots);
  mark.ariaHidden = "true";
  return dots ? [mark, made("span", "cw-unseen", "ends in "), rest] : [rest];
};

/** Where a call is, and what goes on there, in one line. */
export const place = (row) => [row.step, row.doing].filter(Boolean).join(" · ");

// A mood is a word and a shape; its colour only repeats them.
const MOODS = { positive: ["▲", "cw-good"], neutral: ["●", "cw-plain"], negative: ["▼", "cw-bad"], mixed: ["◆", "cw-warn"] };
const WHOSE = { caller: "caller", person: "person", agent: "assistant" };

const pill = (shape, words, look) => {
  const mark = made("span", "", shape);
  mark.ariaHidden = "true";
  return made("span", `cw-pill ${look}`, mark, ` ${words}`);
};

/** Moods, cues and engines in trouble, as pills. */
export const marks = (row) => [
  ...(row.written && !row.over ? [pill("✎", "written down", "")] : []),
  ...Object.entries(row.moods).map(([who, mood]) => {
    const [shape, look] = MOODS[mood] ?? ["●", "cw-plain"];
    return pill(shape, [WHOSE[who], mood].filter(Boolean).join(" "), look);
  }),
  ...row.cues.map((cue) => pill("⚑", cue, "cw-warn")),
  ...(row.troubles.length ? [pill("⚠", "engine trouble", "cw-bad")] : []),
];

/** The waits of the last turns, in words. */
export const waits = (row) => {
  const said = row.waits.map((ms) => `${(ms / 1000).toFixed(2)} s`);
  return `${said.length > 1 ? "The last answers began" : "The last answer began"} ${said.join(", ")} after the caller’s last word.`;
};
