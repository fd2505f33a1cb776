cxCalculators.margin = (given) => {
  const z = 1.959963984540054, power = 0.8416212335729143;
  const population = given.population, p = given.share / 100;
  const margin = given.margin / 100, difference = given.difference / 100;
  const needed = () => {
    const answers = z * z * p * (1 - p) / (margin * margin);
    return Math.max(Math.ceil(population ? answers / (1 + (answers - 1) / population) : answers), 1);
  };
  const reached = (answers) => {
    const error = z * Math.sqrt(p * (1 - p) / answers);
    if (!population) return error;
    return population > 1 ? error * Math.sqrt((population - answers) / (population - 1)) : 0;
  };
  const wanted = needed();
  let answers = wanted, invitations = Math.ceil(wanted * 100 / given.rate), verdict = "enough";
  if (population && invitations > population) {
    invitations = population;
    answers = Math.floor(population * given.rate / 100);
    verdict = "everybody";
  }
  if (answers < 1) return null;
  const other = p + difference <= 1 ? p + difference : p - difference;
  if (other < 0) return null;
  const variance = p * (1 - p) + other * (1 - other);
  return {
    needed: wanted,
    invitations,
    reached: 100 * reached(answers),
    per_wave: Math.max(Math.ceil((z + power) * (z + power) * variance / (difference * difference)), 1),
    verdict
  };
};
