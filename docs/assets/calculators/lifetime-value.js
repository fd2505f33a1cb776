cxCalculators["lifetime-value"] = (given) => {
  const { margin, winning, attention } = given;
  const retention = given.retention / 100, raised = given.raised / 100, discount = given.discount / 100;
  if (retention >= 1 || raised >= 1) return null;
  const over = (yearly, kept) => yearly * kept / (1 + discount - kept);
  const value = over(margin, retention), raisedValue = over(margin - attention, raised), gain = raisedValue - value;
  return {
    value,
    years: retention / (1 - retention),
    won: margin + value - winning,
    raised_value: raisedValue,
    gain,
    most: raised ? margin - value * (1 + discount - raised) / raised : null,
    verdict: gain >= 0 ? "pays" : "costs"
  };
};
