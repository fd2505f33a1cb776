cxCalculators.nps = ({ promoters, passives, detractors, margin }) => {
  const z = 1.959963984540054, n = promoters + passives + detractors;
  if (n === 0) return null;
  const total = n + 3, p = (promoters + 0.75) / total, d = (detractors + 0.75) / total;
  const error = Math.sqrt((p + d - (p - d) * (p - d)) / total);
  const sp = promoters / n, sd = detractors / n;
  const variance = sp + sd - (sp - sd) * (sp - sd);
  return {
    score: 100 * (promoters - detractors) / n,
    low: Math.max(-100, 100 * (p - d - z * error)),
    high: Math.min(100, 100 * (p - d + z * error)),
    needed: Math.ceil(Math.pow(z * 100 / margin, 2) * variance)
  };
};
