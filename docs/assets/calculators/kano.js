cxCalculators.kano = (given) => {
  const z = 1.959963984540054;
  const categories = ["must_be", "one_dimensional", "attractive", "indifferent", "reverse", "questionable"];
  const letters = { M: "must_be", O: "one_dimensional", A: "attractive", I: "indifferent", R: "reverse", Q: "questionable" };
  const category = letters[["QAAAO", "RIIIM", "RIIIM", "RIIIM", "RRRRQ"][given.there][given.missing]];
  const { must_be: must, one_dimensional: one, attractive, indifferent } = given;
  const usable = must + one + attractive + indifferent;
  if (usable < 1) return null;
  const [first, second] = [...categories].sort((a, b) => given[b] - given[a]);
  const wilson = (count) => {
    const share = count / usable, z2 = z * z;
    const centre = (share + z2 / (2 * usable)) / (1 + z2 / usable);
    const half = z / (1 + z2 / usable) * Math.sqrt(share * (1 - share) / usable + z2 / (4 * usable * usable));
    return [Math.max(centre - half, 0), Math.min(centre + half, 1)];
  };
  const [betterLow, betterHigh] = wilson(attractive + one), [worseLow, worseHigh] = wilson(must + one);
  return {
    category,
    leading: first,
    lead: given[first] - given[second] > z * Math.sqrt(given[first] + given[second]) ? "clear" : "chance",
    better: (attractive + one) / usable,
    better_low: betterLow,
    better_high: betterHigh,
    worse: -(must + one) / usable,
    worse_low: -worseHigh,
    worse_high: -worseLow
  };
};
