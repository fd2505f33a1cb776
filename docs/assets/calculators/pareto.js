cxCalculators.pareto = ({ part }, { count }) => {
  const order = count.map((_, place) => place).sort((one, other) => count[other] - count[one] || one - other);
  const total = order.reduce((sum, place) => sum + count[place], 0);
  if (total <= 0) return null;
  const rank = [], cumulative = [];
  let needed = 0, made = 0, running = 0;
  order.forEach((place, before) => {
    running += count[place];
    rank[place] = before + 1;
    cumulative[place] = 100 * (running / total);
    if (!needed && running / total >= part / 100 - 1e-9) {
      needed = before + 1;
      made = 100 * (running / total);
    }
  });
  const verdict = 2 * needed <= count.length ? "few" : "most";
  return { rank, share: count.map((one) => 100 * (one / total)), cumulative, needed, made, verdict };
};

/* Bars of the shares, largest first, and on the same scale the running sum as a line with dots. */
cxCalculators.pareto.draw = ({ names, given, result, words, fill, written, width }) => {
  const order = names.map((_, place) => place).sort((one, other) => result.rank[one] - result.rank[other]);
  const line = 38, right = width - 12, x = (share) => share / 100 * right, at = x(given.part);
  const marks = [
    ["text", { x: 0, y: 12, fill: "muted", "font-size": 11 }, words.key],
    ["line", { x1: at, x2: at, y1: 20, y2: 24 + line * order.length, stroke: "muted", "stroke-dasharray": "5 4" }],
    ["text", { x: at - 4, y: 12, fill: "muted", "font-size": 11, "text-anchor": "end" }, `${given.part}\u00a0%`]
  ];
  order.forEach((place, row) => {
    const top = 24 + row * line, share = result.share[place], few = row < result.needed;
    marks.push(
      ["rect", { x: 0, y: top + 17, width: Math.max(x(share), 1), height: 13, rx: 2, fill: few ? "2" : "6" }],
      ["text", { x: 0, y: top + 12, fill: "ink", "font-size": 12 }, names[place]]
    );
  });
  const dots = order.map((place, row) => [x(result.cumulative[place]), 24 + row * line + 23.5]);
  marks.push(["polyline", { points: dots.join(" "), stroke: "ink", "stroke-width": 1.5, fill: "none" }]);
  for (const [cx, cy] of dots) marks.push(["circle", { cx, cy, r: 3.5, fill: "ink" }]);
  const say = (place) =>
    fill(words.row, names[place], written(result.share[place], 1), written(result.cumulative[place], 1));
  return { marks, height: 30 + line * order.length, description: `${order.map(say).join("; ")}.` };
};
