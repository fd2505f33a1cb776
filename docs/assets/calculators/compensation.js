cxCalculators.compensation = ({ order, severity, fault, failures }, _, grid) => {
  const [share, least, most] = grid.rules[severity][fault], ours = fault === 0;
  let amount = Math.min(Math.max(share * order, least), most);
  if (failures && ours) amount *= grid.again;
  amount = Math.min(Math.floor(amount / grid.step + 0.5) * grid.step, order);
  let who = "head";
  if (!(ours && failures >= grid.head)) {
    if (amount === 0) who = "nobody";
    else if (amount <= grid.adviser) who = "adviser";
    else if (amount <= grid.leader) who = "team_leader";
  }
  return { amount, decided_by: who };
};
