cxCalculators.ces = (given) => {
  const z = 1.959963984540054, marks = [1, 2, 3, 4, 5, 6, 7];
  const sum = (of) => marks.reduce((total, mark) => total + of(mark, given[`answers_${mark}`]), 0);
  const answers = sum((mark, count) => count);
  if (answers < 2) return null;
  const mean = sum((mark, count) => count * mark) / answers;
  const squares = sum((mark, count) => count * ((mark - mean) * (mark - mean)));
  const margin = z * Math.sqrt(squares / (answers - 1) / answers);
  return {
    mean,
    low: Math.max(mean - margin, 1),
    high: Math.min(mean + margin, 7),
    easy: 100 * sum((mark, count) => (mark > 4 ? count : 0)) / answers,
    hard: 100 * sum((mark, count) => (mark < 4 ? count : 0)) / answers
  };
};
