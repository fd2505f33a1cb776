cxCalculators["importance-performance"] = (given, { importance, performance }) => {
  const mean = (marks) => marks.reduce((sum, mark) => sum + mark, 0) / marks.length;
  const across = given.lines ? given.importance_line : mean(importance);
  const up = given.lines ? given.performance_line : mean(performance);
  const zone = importance.map((weight, place) => {
    const strong = performance[place] >= up - 1e-9;
    if (weight >= across - 1e-9) return strong ? "keep" : "mend";
    return strong ? "spare" : "later";
  });
  return { zone, importance_at: across, performance_at: up };
};

/* Performance to the right, importance upwards, as Martilla and James drew it. */
cxCalculators["importance-performance"].draw = ({ names, columns, result, words, zones, fill, written, width }) => {
  const height = Math.min(380, Math.max(300, width * 0.62)), low = 26, high = height - 26;
  const scale = (marks, at, from, to) => {
    const least = Math.min(...marks, at), most = Math.max(...marks, at), spread = most - least || 1;
    return (mark) => from + (to - from) * (0.12 + 0.76 * (mark - least) / spread);
  };
  const x = scale(columns.performance, result.performance_at, 0, width);
  const y = scale(columns.importance, result.importance_at, high, low);
  const crossX = x(result.performance_at), crossY = y(result.importance_at);
  const corner = (place, code, end, below) =>
    ["text", { x: place, y: below ? high - 6 : low + 14, fill: "muted", "font-size": 11, "font-weight": 600, "text-anchor": end }, zones[code]];
  const marks = [
    ["rect", { x: 0, y: low, width: crossX, height: crossY - low, fill: "2-soft" }],
    ["rect", { x: crossX, y: low, width: width - crossX, height: crossY - low, fill: "1-soft" }],
    ["rect", { x: 0, y: crossY, width, height: high - crossY, fill: "6-soft" }],
    ["line", { x1: crossX, x2: crossX, y1: low, y2: high, stroke: "muted" }],
    ["line", { x1: 0, x2: width, y1: crossY, y2: crossY, stroke: "muted" }],
    ["text", { x: 0, y: 14, fill: "muted", "font-size": 11 }, words.up],
    ["text", { x: width, y: height - 8, fill: "muted", "font-size": 11, "text-anchor": "end" }, words.across],
    corner(6, "mend", "start", false), corner(width - 6, "keep", "end", false),
    corner(6, "later", "start", true), corner(width - 6, "spare", "end", true)
  ];
  const taken = [];
  names.forEach((name, place) => {
    const cx = x(columns.performance[place]), cy = y(columns.importance[place]);
    const text = name.length > 20 ? `${name.slice(0, 19)}…` : name, wide = 6.6 * text.length;
    const left = cx + 9 + wide > width;
    const from = left ? Math.max(cx - 9 - wide, 0) : cx + 9;
    let below = cy + 4;
    const meets = () => taken.some(([a, b, at]) => from < b && a < from + wide && Math.abs(at - below) < 13);
    for (let step = 1; meets() && step < 16; step++) below = cy + 4 + (step % 2 ? 1 : -1) * 7 * Math.ceil(step / 2);
    taken.push([from, from + wide, below]);
    marks.push(
      ["circle", { cx, cy, r: 5, fill: { mend: "2", keep: "1" }[result.zone[place]] || "6" }],
      ["text", { x: left ? cx - 9 : cx + 9, y: below, fill: "ink", "font-size": 12, "text-anchor": left ? "end" : "start" }, text]
    );
  });
  const say = (name, place) =>
    `${fill(words.row, name, written(columns.importance[place], 1), written(columns.performance[place], 1))} (${zones[result.zone[place]]})`;
  return { marks, height, description: `${names.map(say).join("; ")}.` };
};
