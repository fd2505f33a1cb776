cxCalculators["complaint-cost"] = (given) => {
  const { complaints, margin, change } = given, before = given.lost / 100, after = given.lost_after / 100;
  const handling = given.minutes * given.hourly / 60 + given.gesture + given.transport, lost = before * margin;
  const gain = complaints * (before - after) * margin, net = gain - change;
  const even = margin ? before - change / (complaints * margin) : -1;
  return {
    handling,
    lost,
    total: complaints * (handling + lost),
    gain,
    net,
    return: change ? 100 * ((gain - change) / change) : null,
    break_even: even >= 0 ? 100 * even : null,
    verdict: even < 0 ? "never" : net >= 0 ? "pays" : "costs"
  };
};
