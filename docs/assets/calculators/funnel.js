cxCalculators.funnel = ({ value }, { count }) => {
  const last = count.length - 1, z = 1.959963984540054;
  const broken = count.some((one, place) => one < 0 || (place < last && one === 0) || (place && one > count[place - 1]));
  if (broken || last < 1) return null;
  const interval = (part, total) => {
    const share = part / total, z2 = z * z;
    const centre = (share + z2 / (2 * total)) / (1 + z2 / total);
    const half = z / (1 + z2 / total) * Math.sqrt(share * (1 - share) / total + z2 / (4 * total * total));
    return [100 * (centre - half), 100 * (centre + half)];
  };
  const steps = count.slice(1).map((after, before) => [after, count[before]]);
  const rates = steps.map(([after, before]) => after / before);
  const ends = steps.map(([after, before]) => interval(after, before));
  const gains = steps.map(([, before], place) =>
    rates.slice(place + 1).reduce((gain, later) => gain * later, before * Math.min(0.01, 1 - rates[place])));
  const [overall_low, overall_high] = interval(count[last], count[0]);
  return {
    rate: [null, ...rates.map((one) => 100 * one)],
    low: [null, ...ends.map(([low]) => low)],
    high: [null, ...ends.map(([, high]) => high)],
    gain: [null, ...gains],
    overall: 100 * (count[last] / count[0]),
    overall_low,
    overall_high,
    best: 2 + gains.indexOf(Math.max(...gains)),
    worth: Math.max(...gains) * value
  };
};

/* A bar for each stage, as long as its count, from the middle: the funnel. */
cxCalculators.funnel.draw = ({ names, columns, result, words, fill, written, width }) => {
  const line = 44, most = columns.count[0];
  const marks = [["text", { x: 0, y: 12, fill: "muted", "font-size": 11 }, words.key]];
  names.forEach((name, place) => {
    const top = 24 + place * line, wide = Math.max(columns.count[place] / most * width, 1);
    const text = fill(words.row, name, written(columns.count[place], 0));
    marks.push(
      ["text", { x: width / 2, y: top + 12, fill: "ink", "font-size": 12, "text-anchor": "middle" }, text],
      ["rect", { x: (width - wide) / 2, y: top + 18, width: wide, height: 16, rx: 2, fill: place === result.best - 1 ? "2" : "6" }]
    );
  });
  const said = names.map((name, place) => fill(words.row, name, written(columns.count[place], 0)));
  return { marks, height: 28 + line * names.length, description: `${said.join("; ")}.` };
};
