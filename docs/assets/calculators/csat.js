cxCalculators.csat = ({ answers, satisfied }) => {
  if (answers === 0 || satisfied > answers) return null;
  const z = 1.959963984540054, z2 = z * z, share = satisfied / answers;
  const centre = (share + z2 / (2 * answers)) / (1 + z2 / answers);
  const half = z / (1 + z2 / answers) * Math.sqrt(share * (1 - share) / answers + z2 / (4 * answers * answers));
  return { share: 100 * satisfied / answers, low: 100 * (centre - half), high: 100 * (centre + half) };
};
