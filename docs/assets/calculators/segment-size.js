cxCalculators["segment-size"] = (given) => {
  const z = 1.959963984540054, { customers, asked, found, margin, contact, fixed } = given;
  const sensitivity = given.sensitivity / 100, specificity = given.specificity / 100, takers = given.takers / 100;
  if (!asked || found > asked || sensitivity + specificity <= 1) return null;
  const part = found / asked, z2 = z * z;
  const centre = (part + z2 / (2 * asked)) / (1 + z2 / asked);
  const half = z / (1 + z2 / asked) * Math.sqrt(part * (1 - part) / asked + z2 / (4 * asked * asked));
  const cut = (share) => Math.min(Math.max(share, 0), 1);
  const corrected = (share) => cut((cut(share) + specificity - 1) / (sensitivity + specificity - 1));
  const share = corrected(part), low = corrected(centre - half), high = corrected(centre + half);
  const profit = (members) => members * (takers * margin - contact) - fixed, each = takers * margin - contact;
  const ends = [profit(customers * low), profit(customers * high)];
  const least = Math.min(...ends), most = Math.max(...ends);
  return {
    share: 100 * share,
    low: 100 * low,
    high: 100 * high,
    size: customers * share,
    profit: profit(customers * share),
    profit_low: least,
    profit_high: most,
    needed: each > 0 ? fixed / each : null,
    verdict: least >= 0 ? "pays" : most < 0 ? "costs" : "open"
  };
};
