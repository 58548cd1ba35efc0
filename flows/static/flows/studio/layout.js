// Where the steps of a drawing (flows/diagram.py) stand. Pure: no document, but for a canvas that measures text.
// What a layer (layers.js) writes on steps and exits is given its room here.
// dagre places steps and routes exits; loops of a step onto itself are laid by hand, since dagre draws them as points.

const START = "@start";
const LINE = 17;
const WIDEST = 190;

let pen;
const width = (text, font) => {
  pen ??= document.createElement("canvas").getContext("2d");
  pen.font = font;
  return pen.measureText(text).width;
};
const NAME = "500 13px Inter, sans-serif";
const SMALL = "400 11px Inter, sans-serif";
const FIGURE = "600 11px Inter, sans-serif";

const cut = (text, font, most) => {
  if (width(text, font) <= most) return text;
  let end = text.length;
  while (end > 1 && width(`${text.slice(0, end)}…`, font) > most) end -= 1;
  return `${text.slice(0, end).trimEnd()}…`;
};

// The lines of text on a step, and how much room they need.
const sized = (step, figure) => {
  const lines = [
    { text: cut(step.name, NAME, WIDEST), font: NAME, look: "" },
    { text: cut(step.title, SMALL, WIDEST), font: SMALL, look: "cw-small" },
  ];
  if (step.problems[0]) lines.push({ text: cut(step.problems[0], SMALL, WIDEST), font: SMALL, look: "cw-small cw-wrong-text" });
  for (const text of [figure].flat().filter(Boolean)) lines.push({ text, font: FIGURE, look: "cw-small cw-figure" });
  const widest = Math.max(...lines.map((line) => width(line.text, line.font)));
  const diamond = step.shape === "diamond";
  return { lines, width: Math.max(96, widest + (diamond ? 48 : 28)), height: lines.length * LINE + 18 };
};

// Exits that lead from one step to the same other one are drawn as one, with all their labels; but for those
// that the layer wants `apart`.
const grouped = (exits, layer) => {
  const groups = new Map();
  for (const exit of exits) {
    const where = exit.goes_to ?? `@open:${exit.step}:${exit.outcome}`;
    const key = `${exit.step}→${where}${layer.apart?.(exit) ? `:${exit.outcome}` : ""}`;
    if (!groups.has(key)) groups.set(key, { from: exit.step, to: where, exits: [] });
    groups.get(key).exits.push(exit);
  }
  const only = (step) => exits.filter((exit) => exit.step === step).length === 1;
  return [...groups.values()].map((group) => {
    const said = group.exits.map((exit) => exit.label);
    const needless = only(group.from) && group.exits[0].look === "on" && group.exits[0].goes_to;
    const text = needless ? "" : said.length > 2 ? `${said[0]}, and ${said.length - 1} more` : said.join(", ");
    const look = group.exits.some((exit) => exit.look === "choice") ? "choice" : group.exits[0].look;
    const { figure, looks, told } = layer.ofExits(group.exits);
    const label = [cut(text, SMALL, 150), figure].filter(Boolean).join(" · ");
    return { ...group, label, look, looks, told, open: group.exits[0].goes_to === null };
  });
};

// A layer that shows nothing: the figure of a step (several: a line each); the figure of exits that are drawn as one,
// their looks, and words.
const PLAIN = { ofStep: () => "", ofExits: () => ({ figure: "", looks: [], told: "" }) };

/** Steps with x, y (centre), width, height and lines; exits with points and the place of their label. */
export const layout = (drawing, layer = PLAIN) => {
  const graph = new dagre.graphlib.Graph({ multigraph: true });
  graph.setGraph({ rankdir: "TB", nodesep: 24, ranksep: 40, edgesep: 18, marginx: 30, marginy: 24 });
  graph.setDefaultEdgeLabel(() => ({}));
  graph.setNode(START, { width: 128, height: 34 });
  const steps = new Map(drawing.steps.map((step) => [step.key, { ...step, ...sized(step, layer.ofStep(step.key)) }]));
  for (const [key, step] of steps) graph.setNode(key, { width: step.width, height: step.height });
  if (drawing.start) graph.setEdge(START, drawing.start);
  const exits = grouped(drawing.exits, layer);
  exits.forEach((exit, index) => {
    if (exit.open) graph.setNode(exit.to, { width: 28, height: 28 });
    if (exit.from !== exit.to) {
      const label = exit.label ? { width: width(exit.label, SMALL) + 12, height: 18, labelpos: "c" } : {};
      graph.setEdge(exit.from, exit.to, label, String(index));
    }
  });
  dagre.layout(graph);

  for (const [key, step] of steps) Object.assign(step, { x: graph.node(key).x, y: graph.node(key).y });
  exits.forEach((exit, index) => {
    if (exit.from === exit.to) {
      const { x, y, width: wide, height } = steps.get(exit.from);
      const right = x + wide / 2;
      exit.points = [
        { x: right, y: y - height / 4 }, { x: right + 34, y: y - height / 4 },
        { x: right + 34, y: y + height / 4 }, { x: right, y: y + height / 4 },
      ];
      exit.at = { x: right + 40 + width(exit.label, SMALL) / 2, y };
    } else {
      const edge = graph.edge(exit.from, exit.to, String(index));
      exit.points = edge.points;
      exit.at = exit.label ? { x: edge.x, y: edge.y } : null;
    }
    exit.labelWidth = width(exit.label, SMALL) + 12;
  });
  const start = drawing.start ? { ...graph.node(START), points: graph.edge(START, drawing.start).points } : null;
  const opens = exits.filter((exit) => exit.open).map((exit) => ({ exit, ...graph.node(exit.to) }));
  const size = graph.graph();
  const loops = exits.filter((exit) => exit.from === exit.to).map((exit) => exit.at.x + exit.labelWidth / 2 + 20);
  return { steps: [...steps.values()], exits, opens, start, width: Math.max(size.width, ...loops), height: size.height };
};
