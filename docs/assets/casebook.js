/* Forms of the calculators. What each computes is in calculators/<name>.js, which only pages that hold it load;
   its twin in Python is generator/casebook/calculators.py, and a test holds the two together. */
(function () {
  "use strict";
  const calculators = (window.cxCalculators = {});
  const home = document.currentScript.src.replace(/[^/]*$/, "");
  const language = document.documentElement.lang || "en";
  const words = {
    en: { low: "at least", high: "at most", number: "enter a number", step: "use steps of", colon: ": " },
    fr: { low: "au moins", high: "au plus", number: "saisissez un nombre", step: "avancez par pas de", colon: "\u00a0: " }
  }[language === "fr" ? "fr" : "en"];

  function written(value, digits, sign) {
    const text = new Intl.NumberFormat(language, {
      minimumFractionDigits: digits, maximumFractionDigits: digits, signDisplay: sign ? "exceptZero" : "negative"
    }).format(value);
    return text.replace("-", "\u2212");
  }

  const plain = (limit) => new Intl.NumberFormat(language).format(Number(limit));

  function problem(box) {
    const state = box.validity;
    if (state.valueMissing || state.badInput) return words.number;
    if (state.rangeUnderflow) return `${words.low} ${plain(box.min)}`;
    if (state.rangeOverflow) return `${words.high} ${plain(box.max)}`;
    if (state.stepMismatch) return `${words.step} ${plain(box.step)}`;
    return "";
  }

  function show(cell, value) {
    const { words: said, digits } = cell.dataset;
    if (value === null || value === undefined) cell.textContent = "\u2013";
    else cell.textContent = said ? JSON.parse(said)[value] : written(value, Number(digits), "sign" in cell.dataset);
  }

  function update(form) {
    const given = {};
    let message = "";
    for (const box of form.querySelectorAll("input, select")) {
      const wrong = problem(box);
      box.setAttribute("aria-invalid", wrong ? "true" : "false");
      if (wrong && !message) message = box.labels[0].textContent + words.colon + wrong + ".";
      given[box.name] = Number(box.value);
    }
    const result = message ? null : calculators[form.dataset.calculator](given, {});
    if (!message && !result) message = form.dataset.refusal;
    for (const cell of form.querySelectorAll("[data-output]")) show(cell, result && result[cell.dataset.output]);
    const note = form.querySelector(".cx-problem");
    note.hidden = !message;
    note.textContent = message;
  }

  function start(form) {
    form.addEventListener("input", () => update(form));
    form.addEventListener("submit", (event) => { event.preventDefault(); update(form); });
  }

  for (const form of document.querySelectorAll("form.cx-calculator")) {
    const script = document.createElement("script");
    script.src = `${home}calculators/${form.dataset.calculator}.js`;
    script.onload = () => start(form);
    document.head.append(script);
  }
})();
