cxCalculators["moment-weight"] = ({ lift, cost }, { weight, margin }) => {
  const mean = weight.reduce((sum, one) => sum + one, 0) / weight.length;
  const reading = weight.map((one, place) =>
    one - margin[place] > mean + 1e-9 ? "moment" : one + margin[place] < mean - 1e-9 ? "ordinary" : "open");
  const gain = weight.map((one) => 100 * one * lift), best = Math.max(...gain);
  return { reading, gain, mean, price: best > 0 ? cost / best : null };
};

/* A dot with its interval for each step, heaviest first, beside the mean weight. */
cxCalculators["moment-weight"].draw = ({ names, columns, result, words, fill, written, width }) => {
  const order = names.map((_, place) => place).sort((one, other) => columns.weight[other] - columns.weight[one]);
  const low = (place) => columns.weight[place] - columns.margin[place], high = (place) => columns.weight[place] + columns.margin[place];
  const from = Math.min(0, ...order.map(low)), to = Math.max(0.001, ...order.map(high));
  const line = 38, x = (value) => 6 + (width - 18) * (value - from) / (to - from), at = x(result.mean);
  const right = at > width * 0.6;
  const marks = [
    ["text", { x: right ? at - 5 : at + 5, y: 12, fill: "muted", "font-size": 11, "text-anchor": right ? "end" : "start" },
      `${words.key} ${written(result.mean, 2)}`],
    ["line", { x1: at, x2: at, y1: 2, y2: 24 + line * order.length, stroke: "muted", "stroke-dasharray": "5 4" }]
  ];
  order.forEach((place, row) => {
    const y = 24 + row * line + 24, colour = { moment: "2", ordinary: "6" }[result.reading[place]] || "1";
    marks.push(
      ["text", { x: 0, y: y - 11, fill: "ink", "font-size": 12 }, names[place]],
      ["line", { x1: x(low(place)), x2: x(high(place)), y1: y, y2: y, stroke: colour, "stroke-width": 2.5 }],
      ["circle", { cx: x(columns.weight[place]), cy: y, r: 5, fill: colour }]
    );
  });
  const say = (place) => fill(words.row, names[place], written(columns.weight[place], 3), written(columns.margin[place], 3));
  return { marks, height: 30 + line * order.length, description: `${order.map(say).join("; ")}.` };
};
