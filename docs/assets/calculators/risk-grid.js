cxCalculators["risk-grid"] = ({ years }, { seen, loss }, constants) => {
  const rate = seen.map((count) => (count > 0 ? count : constants.never) / years);
  const expected = rate.map((one, place) => one * loss[place]);
  const total = expected.reduce((sum, one) => sum + one, 0);
  if (total <= 0) return null;
  const order = expected.map((_, place) => place).sort((one, other) => expected[other] - expected[one] || one - other);
  const rank = [];
  order.forEach((place, before) => { rank[place] = before + 1; });
  const level = (steps, value) => 1 + steps.filter((step) => value >= step).length;
  const score = rate.map((one, place) => level(constants.rate_steps, one) * level(constants.loss_steps, loss[place]));
  let turned = 0, unseen = 0;
  expected.forEach((one, place) => {
    if (!(seen[place] > 0)) unseen += one;
    for (let other = place + 1; other < expected.length; other++)
      if ((score[place] - score[other]) * (one - expected[other]) < 0) turned++;
  });
  const verdict = 2 * unseen > total ? "unseen" : 2 * Math.max(...expected) > total ? "one" : "spread";
  return {
    rank, rate, expected, score,
    total, unseen: 100 * (unseen / total), turned, verdict
  };
};

/* Both axes by factors of ten, so that equal losses a year lie on straight lines. */
cxCalculators["risk-grid"].draw = ({ names, columns, result, words, fill, written, width }) => {
  const height = Math.min(380, Math.max(300, width * 0.62)), low = 42, high = height - 26;
  const tens = (value, least) => Math.log10(Math.max(value, least));
  const across = result.rate.map((rate) => tens(rate, 0.01)), up = columns.loss.map((loss) => tens(loss, 1));
  const span = (values) => [Math.floor(Math.min(...values) - 0.2), Math.ceil(Math.max(...values) + 0.2)];
  const [left, right] = span(across), [bottom, top] = span(up);
  const x = (value) => width * (value - left) / (right - left);
  const y = (value) => high - (high - low) * (value - bottom) / (top - bottom);
  const marks = [
    ["rect", { x: 0, y: low, width, height: high - low, fill: "6-soft" }],
    ["text", { x: 0, y: 12, fill: "muted", "font-size": 11 }, words.key],
    ["text", { x: 0, y: 32, fill: "muted", "font-size": 11 }, words.up],
    ["text", { x: width, y: height - 8, fill: "muted", "font-size": 11, "text-anchor": "end" }, words.across]
  ];
  for (let sum = left + bottom + 1; sum < right + top; sum++) {
    const ends = [[Math.max(left, sum - top), 0], [Math.min(right, sum - bottom), 0]].map(([at]) => [x(at), y(sum - at)]);
    marks.push(["line", { x1: ends[0][0], y1: ends[0][1], x2: ends[1][0], y2: ends[1][1], stroke: "muted", "stroke-dasharray": "4 4", opacity: 0.5 }]);
  }
  const taken = [];
  names.forEach((name, place) => {
    const cx = x(across[place]), cy = y(up[place]), never = !(columns.seen[place] > 0);
    const text = name.length > 20 ? `${name.slice(0, 19)}…` : name, wide = 6.6 * text.length;
    const before = cx + 9 + wide > width, from = before ? Math.max(cx - 9 - wide, 0) : cx + 9;
    let below = cy + 4;
    const meets = () => taken.some(([a, b, at]) => from < b && a < from + wide && Math.abs(at - below) < 13);
    for (let step = 1; meets() && step < 16; step++) below = cy + 4 + (step % 2 ? 1 : -1) * 7 * Math.ceil(step / 2);
    taken.push([from, from + wide, below]);
    marks.push(
      ["circle", { cx, cy, r: 5, fill: never ? "none" : result.rank[place] === 1 ? "2" : "1", stroke: never ? "2" : "none", "stroke-width": 2 }],
      ["text", { x: before ? cx - 9 : cx + 9, y: below, fill: "ink", "font-size": 12, "text-anchor": before ? "end" : "start" }, text]
    );
  });
  const say = (name, place) => fill(words.row, name, written(result.rate[place], 1), written(columns.loss[place], 0));
  return { marks, height, description: `${names.map(say).join("; ")}.` };
};
