cxCalculators.staffing = ({ calls, handle, agents, within, patience, target }) => {
  const load = calls * handle / 3600;
  const blocked = (n) => {
    let share = 1;
    for (let agent = 1; agent <= n; agent++) share = load * share / (agent + load * share);
    return share;
  };
  const erlangC = (n) => {
    const b = blocked(n), chance = b / (1 - load / n * (1 - b)), free = n - load;
    const late = chance * Math.exp(-free * within / handle);
    return { chance, service: 1 - late, wait: chance * handle / free, occupancy: load / n };
  };
  const series = (a, z) => {
    let term = 1, total = 1;
    for (let step = 1; term > total * 1e-17; step++) {
      term *= z / (a + step);
      total += term;
    }
    return total;
  };
  const erlangA = (n) => {
    const arrivals = calls / 3600, service = n / handle;
    const wanted = arrivals * patience, still = wanted * Math.exp(-within / patience), ratio = service * patience;
    const whole = series(ratio, wanted) / service;
    const grown = Math.exp(wanted - still - service * within), rest = grown * series(ratio, still) / service;
    const b = blocked(n - 1), total = 1 + b * arrivals * whole;
    const abandoned = Math.max(b * (1 + (arrivals - service) * whole) / total, 0);
    const inTime = (1 + b * (grown - 1 + service * (whole - rest))) / total;
    return { service: Math.min(Math.max(inTime, 0), 1), abandoned, occupancy: arrivals * (1 - abandoned) / service };
  };
  const needed = (queue, least) => {
    let low = least, most = Math.floor(load) + 1;
    for (let step = 1; queue(most).service < target / 100; step *= 2) {
      low = most;
      most += step;
    }
    while (most - low > 1) {
      const middle = Math.floor((low + most) / 2);
      if (queue(middle).service >= target / 100) most = middle;
      else low = middle;
    }
    return most;
  };
  const impatient = erlangA(agents), stable = load < agents, patient = stable ? erlangC(agents) : null;
  return {
    service: 100 * impatient.service,
    abandoned: 100 * impatient.abandoned,
    occupancy: 100 * impatient.occupancy,
    needed: needed(erlangA, 0),
    wait_chance_c: patient && 100 * patient.chance,
    service_c: patient && 100 * patient.service,
    mean_wait_c: patient && patient.wait,
    occupancy_c: patient && 100 * patient.occupancy,
    needed_c: needed(erlangC, Math.floor(load)),
    verdict: stable ? "stable" : "unstable"
  };
};
